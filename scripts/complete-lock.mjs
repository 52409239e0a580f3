// Completes package-lock.json with the packages for other platforms.
//
//   node scripts/complete-lock.mjs     after `npm install`, before the commit
//
// If the registry in use does not serve a prebuilt package for another platform, as with partial mirrors, npm omits it from
// the lock file. Then `npm ci` rejects the lock file on every machine. The dependent package has its name and version, and
// the name contains the platform, so the entry can be written without the registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const lockFile = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const added = {};

for (const dependent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(dependent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = platformInName(name);
    const isExact = /^\d+\.\d+\.\d+/.test(version);
    if (platform && isExact && !lock.packages[path]) added[path] = entry(dependent, version, platform);
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

/** An entry in the order and form in which npm writes it. */
function entry(dependent, version, { os, cpu, libc }) {
  return {
    version,
    cpu: [cpu],
    ...(dependent.dev && { dev: true }),
    ...(libc && { libc: [libc] }),
    license: dependent.license,
    optional: true,
    os: [os],
    engines: dependent.engines,
  };
}
