import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash } from '@node-rs/argon2';
import { stringify } from 'yaml';
import { Child, freePort } from './child.mjs';
import { adminClient, clients, company, crowd, resource, user } from './scenario.mjs';

const DISCOVERY = '/.well-known/openid-configuration';
const TOKEN_LIFETIME_SECONDS = '3600';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const PROBE = ['--import', new URL('./probe.mjs', import.meta.url).href];

/**
 * Functions that start each measured server in its own directory with its own database. One that was used before is migrated. Each
 * resolves, at the first response, to the child, its origin, and the milliseconds since it was spawned.
 */
export const starters = {
  /** Eyrie in production mode. Its clients and its user come from a file. */
  eyrie: (directory, database) => startEyrie('eyrie', directory, database),

  /** The same, which records each token in the audit trail. */
  'eyrie-audited': (directory, database) =>
    startEyrie('eyrie-audited', directory, database, { EYRIE_AUDIT_TOKENS: 'all' }),

  /** The same, with groups and roles. */
  'eyrie-company': (directory, database) => startEyrie('eyrie-company', directory, database),

  /** The same, with a crowd of people, each with a password. */
  'eyrie-crowd': (directory, database) => startEyrie('eyrie-crowd', directory, database),

  /** The same, with two workers. */
  'eyrie-workers': (directory, database) =>
    startEyrie('eyrie-workers', directory, database, { EYRIE_WORKERS: '2' }),

  reference: (directory, database) =>
    start({ name: 'reference', script: pathOf('./reference.mjs'), directory, path: DISCOVERY }, () => ({
      DATABASE_URL: database,
    })),

  bare: (directory) => start({ name: 'bare', script: pathOf('./bare.mjs'), directory, path: '/' }),

  'bare-service': (directory) =>
    start({ name: 'bare-service', script: pathOf('./bare-service.mjs'), directory, path: '/' }),

  guarded: (directory) => startGuarded('guarded', directory, 1),

  /** The same service, which trusts many issuers. */
  'guarded-200': (directory) => startGuarded('guarded-200', directory, 200),
};

async function startEyrie(name, directory, database, settings = {}) {
  const script = built('../dist/main.js');
  await mkdir(directory, { recursive: true });
  const applied = join(directory, 'eyrie.yaml');
  await writeFile(applied, await eyrieYaml(name));
  return start({ name, script, directory, path: DISCOVERY }, (origin) => ({
    HOST: '127.0.0.1',
    EYRIE_ISSUER: origin,
    DATABASE_URL: database,
    EYRIE_SECRET: 'bench-only-secret-of-more-than-32-characters',
    EYRIE_ADMIN_PASSWORD: 'an administrator nobody signs in as',
    EYRIE_APPLY: applied,
    EYRIE_LOG_LEVEL: 'warn',
    EYRIE_ACCESS_TOKEN_TTL: TOKEN_LIFETIME_SECONDS,
    EYRIE_ID_TOKEN_TTL: TOKEN_LIFETIME_SECONDS,
    ...settings,
  }));
}

function startGuarded(name, directory, issuers) {
  built('../packages/guard/dist/index.js');
  return start({ name, script: pathOf('./guarded.mjs'), directory, path: '/open' }, () => ({
    ISSUERS: String(issuers),
  }));
}

function built(relative) {
  const path = pathOf(relative);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}

async function eyrieYaml(name) {
  const isCompany = name === 'eyrie-company';
  const isCrowd = name === 'eyrie-crowd';
  // A password would be rated at each start.
  const passwordHash = await hash(user.password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const withHash = ({ password: _password, ...person }) => ({ ...person, password_hash: passwordHash });
  return stringify({
    resources: [resource],
    clients: [
      ...[...Object.values(clients), ...(isCompany ? [company.client] : [])].map(
        ({ metadata, tokenFormat }) => ({ ...metadata, access_token_format: tokenFormat }),
      ),
      adminClient,
    ],
    ...(isCompany && { roles: company.roles, groups: company.groups }),
    users: [user, ...(isCompany ? [company.user] : []), ...(isCrowd ? crowd : [])].map(withHash),
  });
}

async function start({ name, script, directory, path }, environment = () => ({})) {
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port), ...environment(origin) };
  const spawnedAt = performance.now();
  const child = new Child({ name, args: [...PROBE, script], env, directory });
  try {
    await child.waitUntilReady(origin, path);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { child, origin, startMs: performance.now() - spawnedAt };
}

/** The load generator. */
export function startLoad(directory) {
  return new Child({ name: 'load', args: [pathOf('./load.mjs')], directory });
}
