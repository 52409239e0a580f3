// npm run bench -w packages/guard: the guard on Fastify, and beside what else there is on Express.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareRoutes } from './compare.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

console.log('Fastify');
await compareRoutes(path('service.mjs'), ['open', 'guarded']);

// The others are nobody's dependencies: they are installed here, in a folder of their own.
const { status } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--silent'], {
  cwd: path('others'),
  stdio: 'inherit',
});
if (status !== 0) throw new Error('What the guard is compared with could not be installed');
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
