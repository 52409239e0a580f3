// npm run bench -w packages/guard: the guard on Fastify, and compared with other libraries on Express.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareRoutes } from './compare.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

console.log('Fastify');
await compareRoutes(path('service.mjs'), ['open', 'guarded']);

// The other libraries are not dependencies of the guard. They are installed here, in their own folder.
const { status } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--silent'], {
  cwd: path('others'),
  stdio: 'inherit',
});
if (status !== 0) throw new Error('the other libraries could not be installed');
const own = path('others/node_modules/@eyrie/guard');
mkdirSync(own, { recursive: true });
for (const part of ['package.json', 'dist'])
  cpSync(path(`../${part}`), `${own}/${part}`, { recursive: true });

console.log('Express');
await compareRoutes(path('others/service.mjs'), [
  'open',
  'guarded',
  'passport-jwt',
  'express-oauth2-jwt-bearer',
]);
