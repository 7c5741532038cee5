// The story of a client of 2026-07-28, the official one for TypeScript. It is told in lines of JSON, which the test reads.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const tell = (chapter, what) => console.log(JSON.stringify({ chapter, ...what }));
const client = new Client({ name: 'story', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));
tell('connected', {
  version: client.getNegotiatedProtocolVersion(),
  server: client.getServerVersion()?.name,
  instructions: client.getInstructions(),
});

const { tools } = await client.listTools();
tell('tools', { names: tools.map((tool) => tool.name) });

const call = async (name, args, options) => (await client.callTool({ name, arguments: args }, options)).structuredContent;
const { context } = await call('rlm_load_context', { text: 'a cat\nan oak\na cow\n' });
tell('loaded', { characters: context.characters });

const progress = [];
const question = { context_ids: [context.context_id], question: 'Label the lines.' };
let { task } = await call(
  'rlm_ask',
  { ...question, root_model: 'openai:label', wait_seconds: 45 },
  { onprogress: (it) => progress.push(it), timeout: 120_000 },
);
for (let i = 0; i < 6 && ['queued', 'running'].includes(task.state); i++) {
  ({ task } = await call('rlm_status', { task_id: task.task_id, wait_seconds: 45 }, { timeout: 120_000 }));
}
tell('answered', { state: task.state, value: task.value, progress: progress.map((it) => it.progress) });

const abort = new AbortController();
const begun = new Promise((resolve) => {
  call(
    'rlm_ask',
    { ...question, root_model: 'openai:slow-batch', wait_seconds: 45 },
    { signal: abort.signal, onprogress: resolve, timeout: 120_000 },
  ).catch((error) => tell('aborted', { error: error.name }));
});
await begun;
abort.abort();
let latest;
for (let i = 0; i < 120; i++) {
  latest = (await call('rlm_list_tasks', { limit: 1 })).tasks[0];
  if (latest.state === 'cancelled') break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
tell('cancelled', { state: latest.state });
await client.close();
