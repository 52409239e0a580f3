// Completes package-lock.json with the packages for other platforms.
//
//   node scripts/complete-lock.mjs     after `npm install`, before the commit
//
// npm leaves a prebuilt package for another platform out of the lock file when the registry in use does not serve it,
// as partial mirrors do, and then `npm ci` refuses the lock file on every machine. Its name and version stand in the
// package that wants it, and its platform in its name, so the entry can be written without the registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const lockFile = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const added = {};

for (const wanting of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = platformInName(name);
    const isExact = /^\d+\.\d+\.\d+/.test(version);
    if (platform && isExact && !lock.packages[path]) added[path] = entry(wanting, version, platform);
  }
}

const names = Object.keys(added);
if (names.length > 0) {
  const sorted = Object.entries({ ...lock.packages, ...added }).toSorted(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`package-lock.json: ${names.length} packages for other platforms added`);

/** `@swc/core-linux-arm64-musl` → os linux, cpu arm64, libc musl */
function platformInName(name) {
  const found = /\b(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(\w+))?$/.exec(name);
  if (!found) return undefined;
  const [, os, cpu, abi = ''] = found;
  return { os, cpu, libc: os === 'linux' ? (abi.startsWith('musl') ? 'musl' : 'glibc') : undefined };
}

/** In the order and the form in which npm writes an entry. */
function entry(wanting, version, { os, cpu, libc }) {
  return {
    version,
    cpu: [cpu],
    ...(wanting.dev && { dev: true }),
    ...(libc && { libc: [libc] }),
    license: wanting.license,
    optional: true,
    os: [os],
    engines: wanting.engines,
  };
}
