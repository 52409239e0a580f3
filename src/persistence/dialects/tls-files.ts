import { readFileSync } from 'node:fs';
import type { SslFiles } from '../../config/database-server.js';
import { SettingError } from '../../config/setting-error.js';

/**
 * The content of the files for TLS.
 * @param spelt what the options that name the files are called
 * @throws SettingError when a file cannot be read
 */
export function tlsFiles(files: SslFiles, spelt: Readonly<Record<keyof SslFiles, string>>): SslFiles {
  return {
    ca: read(spelt.ca, files.ca),
    cert: read(spelt.cert, files.cert),
    key: read(spelt.key, files.key),
  };
}

function read(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(
      `DATABASE_URL: cannot read the file of ${option} (${(error as Error).message}): correct the path, or let this user read it`,
    );
  }
}
