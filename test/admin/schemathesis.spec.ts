import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useServer } from '../support/server.js';

const run = promisify(execFile);
const files = join(import.meta.dirname, 'schemathesis');
const program = process.env['EYRIE_TEST_SCHEMATHESIS'];

/** Of fuzzing, after what is tried of each operation. In seconds. */
const maxSeconds = 110;
const timeout = 600_000;

interface Failed {
  readonly code?: unknown;
  readonly stdout?: string;
}

// scripts/test.mjs says so where it is left out.
(program === undefined ? describe.skip : describe)('Schemathesis', () => {
  // A token outlives the run.
  const server = useServer({ EYRIE_ACCESS_TOKEN_TTL: '3600', EYRIE_DNS_SERVERS: '127.0.0.1:9' });

  let folder: string;

  // It keeps what it learns where it runs.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-schemathesis-run-'));
    await cp(files, folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    'finds no request that the admin API answers in another way than its OpenAPI document says',
    async () => {
      const { clientId, secret } = await server.register({
        client_id: 'schemathesis',
        grant_types: ['client_credentials'],
        scope: 'eyrie.admin',
      });
      const parameters = ['--config-file', 'schemathesis.toml', 'run', `${server.issuer}/docs-json`];
      const report = await run(program!, [...parameters, '--max-time', String(maxSeconds), '--no-color'], {
        cwd: folder,
        maxBuffer: 64 * 1_024 * 1_024,
        timeout,
        env: {
          ...process.env,
          PYTHONDONTWRITEBYTECODE: '1',
          PYTHONPATH: folder,
          FUZZED_ISSUER: server.issuer,
          FUZZED_CLIENT_ID: clientId,
          FUZZED_CLIENT_SECRET: secret,
        },
      }).then(
        ({ stdout }) => stdout,
        ({ code, stdout }: Failed) => `ended with ${String(code)}\n${stdout}`,
      );

      expect(report).not.toMatch(/^ended with/);
      // It has met what it was sent for, with a token that was good to the end.
      expect(Number(/(\d+) generated/.exec(report)?.[1])).toBeGreaterThan(500);
      expect(report).not.toContain('Authentication failed');
    },
    timeout,
  );
});
