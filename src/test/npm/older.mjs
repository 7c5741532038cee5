// Drives the official TypeScript client of the older versions of the protocol.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { common, converse } from './conversation.mjs';

const client = new Client({ name: 'story', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]));
await client.connect(transport);
await converse(common(client, () => transport.protocolVersion, (call, options) => client.callTool(call, undefined, options)));
await client.close();
