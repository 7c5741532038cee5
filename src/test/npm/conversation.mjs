// What the drivers of clients have in common: who tells the story writes a line of JSON that names an operation, and reads one
// with its value, or with the error.
import { createInterface } from 'node:readline';

/** The longest that a call may take; the server answers within 45 seconds. */
export const patience = { timeout: 120_000 };

/** Carries out the operations of standard input one after the other, and ends with it. */
export async function converse(operations) {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const { operation, ...given } = JSON.parse(line);
    let answer;
    try {
      answer = { value: (await operations[operation](given)) ?? null };
    } catch (error) {
      answer = { error: `${error.name}: ${error.message}` };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
}

/** The operations that clients of both generations do alike, but for how `callTool` takes its options. */
export function common(client, version, callTool) {
  const call = async (tool, args, options) => {
    const result = await callTool({ name: tool, arguments: args }, { ...patience, ...options });
    if (result.isError) throw new Error(result.content[0].text);
    return result.structuredContent;
  };
  return {
    greet: async () => ({
      version: version(),
      server: client.getServerVersion()?.name,
      instructions: client.getInstructions(),
      // From now on the client compares results with the schemas of their tools.
      tools: (await client.listTools()).tools.map((tool) => tool.name),
    }),
    call: ({ tool, arguments: args }) => call(tool, args),
    answer: async ({ tool, arguments: args }) => {
      const progress = [];
      const result = await call(tool, args, { onprogress: (it) => progress.push(it) });
      return { result, progress };
    },
    read: async ({ uri }) => (await client.readResource({ uri })).contents[0].text,
    // Gives the call up as soon as it has made progress.
    abandon: async ({ tool, arguments: args }) => {
      const abort = new AbortController();
      try {
        await call(tool, args, { signal: abort.signal, onprogress: () => abort.abort() });
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        return true;
      }
      return false;
    },
  };
}
