import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const buildInputs = [
  'src',
  'packages',
  'examples',
  'nest-cli.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];
const notBuilt = new Set(['dist', 'node_modules', 'test']);

/**
 * A fingerprint that changes when the installation must be checked again: with the lock file and with the version of Node.js, for
 * which native add-ons are built.
 *
 * @param {string} root
 */
export function installFingerprint(root) {
  const lockFile = readIfPresent(join(root, 'package-lock.json')) ?? '';
  return hash([lockFile, process.platform, process.arch, process.versions.modules]);
}

/**
 * Whether node_modules has every package of the lock file in its version. Optional ones, such as those for other platforms, may be
 * missing.
 *
 * @param {string} root
 */
export function everythingInstalled(root) {
  const wanted = readIfPresent(join(root, 'package-lock.json'));
  // npm writes this file last, so it exists only after a complete installation.
  const present = readIfPresent(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;

  const installed = JSON.parse(present).packages;
  return Object.entries(JSON.parse(wanted).packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  );
}

/**
 * A fingerprint that changes with the content of any file that the build reads.
 *
 * @param {string} root
 */
export function buildFingerprint(root) {
  const files = buildInputs.flatMap((input) => listFiles(root, input)).toSorted((a, b) => (a < b ? -1 : 1));
  return hash(files.flatMap((file) => [file, readFileSync(join(root, file))]));
}

/** The text of a file; undefined if it does not exist. */
export function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function listFiles(root, path) {
  let entries;
  try {
    entries = readdirSync(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => !notBuilt.has(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? listFiles(root, join(path, entry.name)) : [join(path, entry.name)],
    );
}

function hash(parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\0');
  return digest.digest('hex');
}
