import { readFileSync } from 'node:fs';
import type { Environment, Setting } from './setting.js';
import { SettingError } from './setting-error.js';

/** The variable that names a file with the value of a secret setting, as container platforms mount secrets: `EYRIE_SECRET_FILE`. */
export const fileVariable = (name: string): string => `${name}_FILE`;

/**
 * The environment with the secrets of files: `EYRIE_SECRET_FILE=/run/secrets/eyrie` gives `EYRIE_SECRET` the content of that file.
 * @throws SettingError if a setting has both forms, or its file cannot be read or is empty
 */
export function withSecretFiles(
  environment: Environment,
  settings: readonly Setting<unknown>[],
): Environment {
  const secrets = settings
    .filter(({ isSecret }) => isSecret === true)
    .flatMap(({ name }) => {
      const variable = fileVariable(name);
      const file = environment[variable]?.trim();
      if (!file) return [];
      if (environment[name]?.trim())
        throw new SettingError(`${variable} stands beside ${name}: keep one of them`);
      return [[name, secretOfFile(file, variable)] as const];
    });
  return secrets.length === 0 ? environment : { ...environment, ...Object.fromEntries(secrets) };
}

/**
 * The secret that a file holds. Line ends at its end do not belong to it: editors add them.
 * @param name what names the file, for errors
 * @throws SettingError if it cannot be read or is empty; the error never holds its content
 */
export function secretOfFile(file: string, name: string): string {
  const secret = withoutLineEnds(contentOf(file, name));
  if (secret === '')
    throw new SettingError(`${name} names ${file}, which is empty: write the secret into it`);
  return secret;
}

function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
  return text.slice(0, end);
}

function contentOf(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      `${name} names ${file}, which cannot be read (${code}): correct the path, or let this user read it`,
    );
  }
}
