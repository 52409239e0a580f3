// Runs `eyrie …` and starts of the server that fail for program-host.ts, one after another. Each has arguments, variables, standard
// input and output of its own, and the modules are loaded once.
import { Readable } from 'node:stream';

/** @type {{ code: number, stdout: string, stderr: string } | undefined} */
let ended;
let output = { stdout: '', stderr: '' };
let runs = 0;

for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
  process[stream].write = (/** @type {unknown} */ text) => {
    output[stream] += String(text);
    return true;
  };
}

// The first exit counts, as in a process that really ends there; what comes after it does not.
process.exit = (code) => {
  ended ??= { code: Number(code ?? 0), ...output };
  throw new Error('the program has ended');
};

process.on('message', async ({ script, commandLine, environment, input }) => {
  [ended, output] = [undefined, { stdout: '', stderr: '' }];
  process.exitCode = undefined;
  process.argv = [process.execPath, script, ...commandLine];
  process.env = environment;
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  try {
    // Another address is another module: it runs anew, and what it imports does not.
    await import(`../../dist/${script}?${(runs += 1)}`);
  } catch (error) {
    if (!ended) output.stderr += String(error);
    ended ??= { code: 1, ...output };
  }
  process.send?.(ended ?? { code: process.exitCode ?? 0, ...output });
});
