// Runs every test on SQLite and, if this machine has them, on MariaDB or MySQL, on PostgreSQL, and in Chromium.
//
//   npm test -- [Jest arguments]
//
//   EYRIE_TEST_MYSQL_URL   mysql://user:password@host:port of a server to use instead of a private one
//   EYRIE_TEST_POSTGRES_URL   postgres://user:password@host:port, likewise
//   EYRIE_TEST_CHROMIUM    path of the browser, if it is not found
//   EYRIE_TEST_SLAPD       path of OpenLDAP's server, likewise
//   EYRIE_TEST_PROMTOOL    path of Prometheus's checker of rules, likewise
//   EYRIE_TEST_SOFTHSM     path of SoftHSM's PKCS#11 library, likewise
//   EYRIE_TEST_SCHEMATHESIS   path of Schemathesis, which is installed into a temporary folder otherwise
//   EYRIE_TEST_MCP_PYTHON     path of a Python that has the MCP SDK, likewise
//   EYRIE_TEST_SCIM_CHECKER   path of scim2, with scim2-tester, likewise
//   EYRIE_TEST_REQUIRE     mysql,postgres,browser,ldap,promtool,pkcs11,schemathesis,mcp,scim-checker: the run fails if one of these is missing
//   EYRIE_TEST_FULL=1      runs on these databases also what says little there, and what needs nginx, Apache, a C++ compiler or downloads
//                          packages: web applications with other libraries, other versions of Node.js
//   EYRIE_TEST_PACK=1      installs @eyrie/guard from its tarball into bare services, which downloads packages
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findDatabaseServer, startDatabaseServer } from './mariadb.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';
import { findProgram } from './programs.mjs';
import { installPythonPackages } from './python-packages.mjs';
import { findDirectoryServer } from './slapd.mjs';
import { findSoftHsm } from './softhsm.mjs';

const root = dirname(import.meta.dirname);
const jestArguments = process.argv.slice(2);
const required = (process.env.EYRIE_TEST_REQUIRE ?? '').split(',').filter(Boolean);
const leftOut = [];
const endings = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    endAll();
    process.exit(128 + constants.signals[signal]);
  });
}

/** If more files fail, they are not run again. */
const maxRepeatedFiles = 3;

let counts;
try {
  checkRequired();
  const environment = {
    ...(await databaseEnvironment()),
    ...browserEnvironment(),
    ...directoryEnvironment(),
    ...alertsEnvironment(),
    ...tokenEnvironment(),
    ...pythonEnvironment(),
    ...templates(),
  };
  counts = await runTests(environment);
} catch (error) {
  console.error(error.message);
  counts = { passed: 0, failed: 1, skipped: 0 };
} finally {
  endAll();
}

if (leftOut.length > 0) console.log(`Left out: ${leftOut.join('; ')}.`);
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);

function endAll() {
  for (const end of endings.splice(0)) end();
}

async function databaseEnvironment() {
  const servers = [
    {
      part: 'mysql',
      variable: 'EYRIE_TEST_MYSQL_URL',
      find: findDatabaseServer,
      start: startDatabaseServer,
      reason: 'MariaDB/MySQL (no mariadbd or mysqld found)',
    },
    {
      part: 'postgres',
      variable: 'EYRIE_TEST_POSTGRES_URL',
      find: findPostgres,
      start: startPostgres,
      reason: 'PostgreSQL (no postgres found)',
    },
  ];
  const environment = {};
  for (const { part, variable, find, start, reason } of servers) {
    if (process.env[variable]) continue;
    const server = find();
    if (server) {
      const { url, stop } = await start(server);
      endings.push(stop);
      environment[variable] = url;
    } else leaveOut(part, reason);
  }
  return environment;
}

/** A folder for prepared databases, which specs copy instead of creating their own. */
function templates() {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-templates-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return { EYRIE_TEST_TEMPLATES: folder };
}

function browserEnvironment() {
  if (process.env.EYRIE_TEST_CHROMIUM) return {};
  const browser = findProgram(['chromium', 'chromium-browser', 'google-chrome']);
  if (!browser) {
    leaveOut('browser', 'browser tests (no chromium or google-chrome found)');
    return {};
  }
  return { EYRIE_TEST_CHROMIUM: browser };
}

/** Specs start private directories with it. */
function directoryEnvironment() {
  if (process.env.EYRIE_TEST_SLAPD) return {};
  const slapd = findDirectoryServer();
  if (!slapd) {
    leaveOut('ldap', 'LDAP tests (no slapd found)');
    return {};
  }
  return { EYRIE_TEST_SLAPD: slapd };
}

/** The checker of Prometheus's own, for the alert rules. */
function alertsEnvironment() {
  if (process.env.EYRIE_TEST_PROMTOOL) return {};
  const promtool = findProgram(['promtool']);
  if (!promtool) {
    leaveOut('promtool', 'tests of the alert rules (no promtool found)');
    return {};
  }
  return { EYRIE_TEST_PROMTOOL: promtool };
}

/** Specs make tokens with it, in folders of their own. */
function tokenEnvironment() {
  if (process.env.EYRIE_TEST_SOFTHSM) return {};
  const library = findSoftHsm();
  if (!library) {
    leaveOut('pkcs11', 'PKCS#11 tests (no SoftHSM, or no pkcs11js)');
    return {};
  }
  return { EYRIE_TEST_SOFTHSM: library };
}

/** What is written in Python, with EYRIE_TEST_FULL=1 as it downloads packages: testers of the admin API and of SCIM, and an SDK for agents. */
function pythonEnvironment() {
  if (process.env.EYRIE_TEST_FULL !== '1') return {};
  return {
    ...installed('schemathesis', 'EYRIE_TEST_SCHEMATHESIS', 'schemathesis', 'Schemathesis'),
    ...installed('mcp', 'EYRIE_TEST_MCP_PYTHON', 'python', 'tests with the MCP SDK for Python'),
    ...installed('scim-checker', 'EYRIE_TEST_SCIM_CHECKER', 'scim2', 'the SCIM checker scim2-tester'),
  };
}

function installed(name, variable, program, leftOutAs) {
  if (process.env[variable]) return {};
  const folder = mkdtempSync(join(tmpdir(), `eyrie-${name}-`));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const { bin, reason } = installPythonPackages(name, folder);
  if (bin) return { [variable]: join(bin, program) };
  leaveOut(name, `${leftOutAs} (${reason})`);
  return {};
}

function checkRequired() {
  const parts = [
    'mysql',
    'postgres',
    'browser',
    'ldap',
    'promtool',
    'pkcs11',
    'schemathesis',
    'mcp',
    'scim-checker',
  ];
  const unknown = required.find((part) => !parts.includes(part));
  if (unknown) throw new Error(`EYRIE_TEST_REQUIRE contains "${unknown}": use any of ${parts.join(', ')}`);
}

function leaveOut(part, reason) {
  if (required.includes(part))
    throw new Error(`EYRIE_TEST_REQUIRE requires ${part}, but it would be left out: ${reason}`);
  leftOut.push(reason);
}

/**
 * Runs the tests and counts them. On a busy machine, a browser or a process may time out. If only a few files fail, they run again,
 * alone, and only the second result counts.
 */
async function runTests(environment) {
  const first = await runJest(environment, jestArguments);
  const suspects = [...new Set(first.files.filter(({ hasFailed }) => hasFailed).map(({ path }) => path))];
  if (suspects.length === 0 || suspects.length > maxRepeatedFiles) return totalOf(first);
  console.log(`Failed, and run again alone: ${suspects.join(' ')}`);
  const second = await runJest(environment, ['--runInBand', '--runTestsByPath', ...suspects]);
  if (second.hasBroken) return totalOf(first);
  const others = first.files.filter(({ path }) => !suspects.includes(path));
  return totalOf({ hasBroken: false, files: [...others, ...second.files] });
}

/** Runs Jest, which prints its report on our output, and reads its JSON result. */
async function runJest(environment, parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-test-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const resultFile = join(folder, 'result.json');

  const jest = spawn(
    process.execPath,
    [
      createRequire(import.meta.url).resolve('jest/bin/jest'),
      '--json',
      // A server that could not start must not keep the run from ending.
      '--forceExit',
      `--outputFile=${resultFile}`,
      ...parameters,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        ...environment,
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --enable-source-maps --disable-warning=ExperimentalWarning`,
      },
    },
  );
  endings.push(() => jest.kill());
  const status = await new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code) => resolve(code ?? 1));
  });
  return readResult(status, resultFile);
}

/** The result of each file, and whether Jest itself failed, in which case results are missing. */
function readResult(status, resultFile) {
  let result;
  try {
    result = JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return { hasBroken: true, files: [] };
  }
  const files = result.testResults.map(({ name: path, status: outcome, assertionResults: tests }) => {
    const count = (...kinds) => tests.filter(({ status: kind }) => kinds.includes(kind)).length;
    const failed = count('failed');
    return {
      path,
      hasFailed: outcome === 'failed',
      passed: count('passed'),
      // A spec that could not run counts as one failure.
      failed: outcome === 'failed' ? Math.max(failed, 1) : failed,
      skipped: count('pending', 'todo', 'skipped', 'disabled'),
    };
  });
  return { hasBroken: status !== 0 && !files.some(({ hasFailed }) => hasFailed), files };
}

/** A run without any test counts as one failure. */
function totalOf({ hasBroken, files }) {
  const sum = (kind) => files.reduce((total, file) => total + file[kind], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  return { passed, failed: hasBroken || passed + failed === 0 ? Math.max(failed, 1) : failed, skipped };
}
