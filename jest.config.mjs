const typescript = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

// Specs are run by Jest, and what they test by Node: every import that leaves the tests is a stub (test/native).
const stub = '<rootDir>/test/native/stub.mjs';

const base = {
  testEnvironment: '<rootDir>/test/native/environment.mjs',
  // Copies of the repository, which specs and scripts make.
  modulePathIgnorePatterns: ['<rootDir>/.eyrie/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@eyrie/guard$': '<rootDir>/packages/guard/src/index.ts',
    '^@eyrie/guard/testing$': '<rootDir>/packages/guard/src/testing/index.ts',
  },
  transform: {
    '/src/.+\\.ts$': stub,
    '/node_modules/.+\\.m?js$': stub,
    '^.+\\.ts$': typescript,
  },
  transformIgnorePatterns: [],
};

const isFull = process.env.EYRIE_TEST_FULL === '1';
// These download packages, compile, need more of Debian, or start process after process. They run with EYRIE_TEST_FULL=1, once.
const fullOnly = [
  'admin/schemathesis',
  'flows/(web-apps|mod-auth-openidc|mcp/python-sdk)',
  'scim/checker',
  'operations/(behind-nginx|chaos|galera|node-versions|runbooks)',
  'telemetry/traced-processes',
];

// Every spec runs on SQLite.
const sqlite = {
  ...base,
  displayName: 'sqlite',
  testMatch: [
    '<rootDir>/test/**/*.spec.ts',
    '<rootDir>/packages/guard/test/**/*.spec.ts',
    '<rootDir>/examples/*/test/**/*.spec.ts',
  ],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(isFull ? [] : [`<rootDir>/test/(${fullOnly.join('|')})\\.spec`]),
  ],
  globals: { EYRIE_TEST_DATABASE: 'sqlite' },
};

// Specs run a second time on MariaDB or MySQL, and a third time on PostgreSQL, unless they lie at the top of test/ or in a folder that meets no
// database. The guard's specs meet none either.
const withoutDatabase = [
  'browser',
  'config',
  'crypto',
  'guard',
  'http',
  'outbound',
  'protocol',
  'scripts',
  'views',
];
// What is refused before the database decides anything, what is about pages, and processes that start: a second database says little
// about them, and takes as long. These run there with EYRIE_TEST_FULL=1.
const onceIsEnough = [
  'admin/(generated-client|openapi.*)',
  'authorize/(checks|request-(checks|form|methods|objects.*|uris/.*))',
  'browser-side',
  'dpop/(client-metadata|hostile-proofs)',
  'flows/(fuzz|refusals)',
  'mtls',
  'oidc/(advertised|discovery|session-management.*|userinfo-refusals)',
  'operations/(cli|explain|logs|metrics|scopes|shutdown|start)',
  'token/(client-.*|request-form)',
];
const onServer = (kind) => ({
  ...base,
  displayName: kind,
  testMatch: [`<rootDir>/test/!(${withoutDatabase.join('|')})/**/*.spec.ts`],
  testPathIgnorePatterns: [
    '/node_modules/',
    `<rootDir>/test/(${fullOnly.join('|')})\\.spec`,
    ...(isFull ? [] : [`<rootDir>/test/(${onceIsEnough.join('|')})(/|\\.spec)`]),
  ],
  globals: { EYRIE_TEST_DATABASE: kind },
});

/** @type {import('jest').Config} */
export default {
  // scripts/test.mjs sets the URLs to the servers that it starts, or passes on the developer's own.
  projects: [
    sqlite,
    ...(process.env.EYRIE_TEST_MYSQL_URL ? [onServer('mysql')] : []),
    ...(process.env.EYRIE_TEST_POSTGRES_URL ? [onServer('postgres')] : []),
  ],
  // What specs test is the built code: it is built before them, however Jest was started.
  globalSetup: '<rootDir>/test/native/build.mjs',
  maxWorkers: 2,
  // What a spec itself has loaded as ES modules is never given back: a worker that holds much of it spends its time collecting garbage.
  workerIdleMemoryLimit: '800MB',
  // A machine may be busy, with browsers and installations beside the tests: no test is about speed.
  testTimeout: 180_000,
};
