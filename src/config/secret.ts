import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, type Settings } from './settings.js';
import { SettingError } from './setting-error.js';

/**
 * The secret that protects what is stored: `EYRIE_SECRET`. In development on the embedded database it is generated once into
 * the data folder (mode 0600), unless it is set.
 * @throws SettingError if the file cannot be written or read, or is damaged
 */
export function resolveSecret(settings: Settings): string {
  if (settings.secret !== undefined) return settings.secret;
  const folder = dataFolder(settings.database);
  if (folder === undefined) throw new SettingError('EYRIE_SECRET is missing: set it');
  const file = join(folder, 'eyrie.secret');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // 'wx': of two processes that start together one creates the file, the other reads it.
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SettingError(
        `cannot write ${file} (${(error as Error).message}): make its folder writable or set EYRIE_SECRET`,
      );
    }
  }
  const secret = readSecret(file);
  if (secret.length < 32) throw new SettingError(`${file} is damaged: restore it, or set EYRIE_SECRET`);
  return secret;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SettingError(
      `cannot read ${file} (${(error as Error).message}): let this user read it, or set EYRIE_SECRET`,
    );
  }
}
