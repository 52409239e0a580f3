import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AdminCaller } from '../support/admin-caller.js';
import { useServer } from '../support/server.js';

const run = promisify(execFile);

/** Makes the client from the document, as a team would in its build. */
const generate = `
import { createClient } from '@hey-api/openapi-ts';
await createClient({
  input: './document.json',
  output: './sdk',
  logs: { level: 'silent' },
  plugins: ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'],
});
`;

/** A program of that team. It is compiled with the types of the client. */
const program = `
import * as admin from './sdk/index.js';
import { client } from './sdk/client.gen.js';

client.setConfig({
  baseUrl: process.env['ISSUER'] ?? '',
  headers: { authorization: 'Bearer ' + (process.env['TOKEN'] ?? '') },
});
const throwOnError = true;
const { data: user } = await admin.createUser({
  throwOnError,
  body: { username: 'gen', password: 'correct horse battery staple 9', email: 'gen@example.com' },
});
await admin.putAttribute({ throwOnError, body: { name: 'department', type: 'text', label: 'Department' } });
const { data: attributes } = await admin.updateUserAttributes({
  throwOnError,
  path: { user_id: user.id },
  body: { attributes: { department: 'Sales' } },
});
const { data: organization } = await admin.createOrganization({
  throwOnError,
  body: { name: 'acme', roles: ['buyer'] },
});
await admin.putOrganizationMember({
  throwOnError,
  path: { organization_id: organization.id, user_id: user.id },
  body: { roles: ['buyer'] },
});
const { data: registered } = await admin.registerClient({
  throwOnError,
  body: { client_id: 'generated', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
});
const { data: changed } = await admin.updateClient({
  throwOnError,
  path: { client_id: registered.client_id },
  body: { client_name: 'Generated' },
});
const { data: users } = await admin.listUsers({ throwOnError, query: { limit: 1 } });
const { data: foreseen } = await admin.deleteUser({
  throwOnError,
  path: { user_id: user.id },
  query: { dry_run: true },
});
const missing = await admin.readUser({ path: { user_id: 'nobody' } });
console.log(
  JSON.stringify({
    username: user.username,
    attributes: attributes.attributes,
    roles: organization.roles,
    name: 'client_name' in changed ? changed.client_name : undefined,
    listed: users.items.length,
    more: users.next !== null,
    grants: foreseen?.grants,
    missing: [missing.response?.status, missing.error?.detail],
  }),
);
`;

it('a client that a generator made of the document drives the admin API', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-sdk-'));
  const modules = resolve('node_modules');
  const files = {
    'document.json': await (await fetch(`${server.issuer}/docs-json`)).text(),
    'package.json': JSON.stringify({ type: 'module' }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2022', 'dom', 'dom.iterable'],
        types: ['node'],
        strict: true,
        rootDir: '.',
        outDir: 'dist',
      },
    }),
    'generate.mjs': generate,
    'program.ts': program,
  };
  try {
    await symlink(modules, join(folder, 'node_modules'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { token } = await AdminCaller.register(server);
    const env = { ...process.env, ISSUER: server.issuer, TOKEN: token };
    await run(process.execPath, ['generate.mjs'], { cwd: folder });
    await run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc')], { cwd: folder }).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout);
      },
    );
    const { stdout } = await run(process.execPath, ['dist/program.js'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({
      username: 'gen',
      attributes: { department: 'Sales' },
      roles: ['buyer'],
      name: 'Generated',
      listed: 1,
      more: false,
      grants: 0,
      missing: [404, 'there is no user nobody'],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

const server = useServer();
