// Makes a screenshot of every page in every language: in light on a wide screen, in dark on a phone. And one of the demo, for README.
//
//   npm run screenshots -- [folder, by default screenshots]
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';

const root = dirname(import.meta.dirname);
const folder = resolve(process.argv[2] ?? 'screenshots');

const tests = spawn(
  process.execPath,
  [join(root, 'scripts', 'test.mjs'), 'test/views/axe.spec.ts', 'test/browser/story.spec.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, EYRIE_TEST_SCREENSHOTS: folder, EYRIE_TEST_REQUIRE: 'browser' },
  },
);
tests.once('exit', (code) => {
  if (code === 0) console.log(`The screenshots are in ${folder}`);
  process.exitCode = code ?? 1;
});
