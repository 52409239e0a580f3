// Installs what is missing, and builds what has changed since the last build. Does nothing if everything is up to date.
// npm runs it before `start`, `test` and others, so that a fresh clone needs no further command.
//
//   node scripts/prepare.mjs         installs
//   node scripts/prepare.mjs build   installs and builds
//   node scripts/prepare.mjs stamp   records that `npm run build` has built the current sources
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exclusively } from './exclusive.mjs';
import { buildFingerprint, everythingInstalled, installFingerprint, readIfPresent } from './freshness.mjs';
import { chooseHeaders, chosenNodedir, runNpm } from './npm.mjs';
import { Problem, problemOfInstallation } from './problem.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const installStamp = join(modules, '.eyrie-installed');
const buildStamp = join(root, 'dist', '.eyrie-built');
const buildResults = [
  'dist/main.js',
  'packages/guard/dist/index.js',
  'examples/contact-saver/dist/main.js',
  'examples/contacts-mcp/dist/main.js',
  'examples/message-writer/dist/main.js',
].map((file) => join(root, file));
const workFolder = join(root, '.eyrie');

try {
  prepare(process.argv[2]);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function prepare(step) {
  if (step === 'stamp') {
    writeFileSync(buildStamp, buildFingerprint(root));
    return;
  }
  checkNodeVersion();
  unless(isInstalled, install);
  if (step === 'build') unless(isBuilt, build);
}

/** Does the work unless it is done already, possibly by another process. */
function unless(isDone, work) {
  if (isDone()) return;
  mkdirSync(workFolder, { recursive: true });
  exclusively(join(workFolder, 'prepare.lock'), () => {
    if (!isDone()) work();
  });
}

function checkNodeVersion() {
  const wanted = JSON.parse(readIfPresent(join(root, 'package.json'))).engines.node;
  const [major, minor] = wanted.match(/\d+/g).map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new Problem(
    `Eyrie needs Node.js ${wanted} and this is ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
}

function isInstalled() {
  return readIfPresent(installStamp) === installFingerprint(root);
}

function install() {
  if (!everythingInstalled(root)) {
    console.error('Installing dependencies, which takes a minute or two …');
    installDependencies();
  }
  if (!databaseDriverLoads()) {
    console.error('Building better-sqlite3 for this version of Node.js, which takes a minute …');
    installWith(['rebuild', 'better-sqlite3']);
  }
  if (!databaseDriverLoads()) throw new Problem(whyDriverDoesNotLoad());
  writeFileSync(installStamp, installFingerprint(root));
}

function installDependencies() {
  const isFirstInstall = !existsSync(join(modules, '.package-lock.json'));
  if (isFirstInstall) {
    try {
      installWith(['ci', '--include=dev']);
      return;
    } catch (error) {
      // The lock file does not cover package.json: `npm install` completes it.
      if (!(error instanceof Problem && error.code === 'EUSAGE')) throw error;
    }
  }
  installWith(['install', '--include=dev']);
}

/** Runs npm. If it fails, its whole output is written to a log file. */
function installWith(commandLine) {
  const { nodedir } = chooseHeaders(chosenNodedir(root));
  const { status, output } = runNpm(root, [...commandLine, `--nodedir=${nodedir ?? ''}`]);
  if (status === 0) return;
  const log = join(workFolder, 'install.log');
  writeFileSync(log, output);
  throw problemOfInstallation(`npm ${commandLine[0]}`, output, log);
}

/** A native add-on works only with the Node.js version that it was built for. */
function databaseDriverLoads() {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  return spawnSync(process.execPath, ['-e', script], { cwd: root, stdio: 'ignore' }).status === 0;
}

function whyDriverDoesNotLoad() {
  const { nodedir, compared } = chooseHeaders(chosenNodedir(root));
  const remedy = nodedir
    ? 'remove the folder node_modules and run the command again'
    : 'install the headers of this Node.js, or have npm download them (npm config delete nodedir), and run the command again';
  return [
    `better-sqlite3 does not load in Node.js ${process.versions.node} (NODE_MODULE_VERSION ${process.versions.modules}): ${remedy}. Looked at:`,
    ...compared.map((line) => `  ${line}`),
  ].join('\n');
}

function isBuilt() {
  return (
    buildResults.every((file) => existsSync(file)) && readIfPresent(buildStamp) === buildFingerprint(root)
  );
}

function build() {
  console.error('Building …');
  const fingerprint = buildFingerprint(root);
  const { status, output } = runNpm(root, ['run', 'build']);
  if (status !== 0) throw new Problem(`${output}\nThe build failed, for the reason above.`);
  writeFileSync(buildStamp, fingerprint);
}
