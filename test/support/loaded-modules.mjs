// Preloaded by `node --import`: writes the URL or path of every module that the process loads, one a line, to LOADED_MODULES_FILE.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const file = process.env.LOADED_MODULES_FILE;

// CommonJS modules that others require do not pass the hooks.
process.on('exit', () => {
  const { cache } = createRequire(import.meta.url);
  appendFileSync(file, Object.keys(cache).join('\n'));
});

const hooks = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, nextLoad) {
  appendFileSync(${JSON.stringify(file)}, url + '\\n');
  return nextLoad(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
