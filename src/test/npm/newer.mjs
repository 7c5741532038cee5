// Drives the official TypeScript client of 2026-07-28, with the official package for the tasks extension beside it.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createTaskSessionFromClient } from '@modelcontextprotocol/ext-tasks/client';
import { common, converse, patience } from './conversation.mjs';

const address = new URL(process.argv[2]);
const clientInfo = { name: 'story', version: '1.0.0' };
const client = new Client(clientInfo, { versionNegotiation: { mode: 'auto' } });
await client.connect(new StreamableHTTPClientTransport(address));

// The client does not know the messages of the extension, so they take a transport of their own.
const transport = new StreamableHTTPClientTransport(address);
const waiting = new Map();
transport.onmessage = ({ id, error, result }) => {
  waiting.get(id)?.(error ? { kind: 'error', error } : { kind: 'result', result });
  waiting.delete(id);
};
await transport.start();
let requests = 0;
const dispatch = (request) =>
  new Promise((resolve, reject) => {
    const id = `task-${++requests}`;
    waiting.set(id, resolve);
    transport.send({ jsonrpc: '2.0', id, ...request }).catch(reject);
  });
const session = createTaskSessionFromClient(client, {
  endpointId: address.href,
  rawDispatch: dispatch,
  v2RequestFraming: { protocolVersion: client.getNegotiatedProtocolVersion(), clientInfo, clientCapabilities: {} },
});
const references = new Map();

await converse({
  ...common(client, () => client.getNegotiatedProtocolVersion(), (call, options) => client.callTool(call, options)),
  // Begins a task and lets go of it, but for what it takes to come back.
  begin: async ({ tool, arguments: args }) => {
    const execution = await session.callTool(tool, args, { requestTimeoutMs: patience.timeout });
    if (execution.kind !== 'task') throw new Error(`${tool} is no task but ${execution.kind}`);
    await execution.handoff((reference) => references.set(reference.taskId, reference));
    return execution.handle.taskId;
  },
  end: async ({ task }) => {
    const execution = await session.resumeTask(references.get(task), { requestTimeoutMs: patience.timeout });
    const { outcome } = await execution.settle();
    if (outcome.status !== 'completed') throw outcome.error ?? new Error(`${task} is ${outcome.status}`);
    return outcome.result.structuredContent;
  },
  cancel: async ({ task }) => {
    await session.cancelTask(task);
  },
});
await session.close();
await transport.close();
await client.close();
