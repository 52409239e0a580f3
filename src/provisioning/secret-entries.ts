import type { Path, Problem } from './problems.js';

/** The fields of a section that hold a secret. */
export const secretFields = { clients: 'client_secret', users: 'password' } as const;

export type SecretSection = keyof typeof secretFields;

/** A file whose secrets all stand as plain text, or as the name of a variable or file. */
export interface PlainSecrets {
  readonly value: object;
  /** The entries whose secret is set at every application, not only when the entry is created. */
  readonly enforced: Readonly<Record<SecretSection, ReadonlySet<number>>>;
  readonly problems: readonly Problem[];
}

/**
 * Reads the long form of secrets, `password: { env: NAME, enforce: true }`, `{ file: …, enforce: true }` or
 * `{ value: …, enforce: true }`, and puts the short form in its place: `password`, `password_env` or `password_file`.
 */
export function plainSecrets(file: object): PlainSecrets {
  const problems: Problem[] = [];
  const enforced = { clients: new Set<number>(), users: new Set<number>() };
  const value: Record<string, unknown> = { ...file };
  for (const section of ['clients', 'users'] as const) {
    const field = secretFields[section];
    const entries = value[section];
    if (!Array.isArray(entries)) continue;
    value[section] = entries.map((entry: unknown, index) => {
      if (!isMap(entry) || !isMap(entry[field])) return entry;
      const { [field]: long, ...rest } = entry;
      const violation = violationOf(long as Record<string, unknown>);
      if (violation !== undefined) {
        const path: Path = [section, index, field];
        problems.push({ path, reason: violation });
        return rest;
      }
      const { value: secret, env, file: name, enforce } = long as Readonly<Record<string, unknown>>;
      if (enforce === true) enforced[section].add(index);
      if (env !== undefined) return { ...rest, [`${field}_env`]: env };
      return { ...rest, ...(name === undefined ? { [field]: secret } : { [`${field}_file`]: name }) };
    });
  }
  return { value, enforced, problems };
}

function violationOf({ value, env, file, enforce, ...unknown }: Record<string, unknown>): string | undefined {
  const [name] = Object.keys(unknown);
  if (name !== undefined) return `has ${name}, which is none of value, env, file and enforce`;
  if ([value, env, file].filter((form) => form !== undefined).length !== 1)
    return 'needs one of value, env and file';
  if (enforce !== undefined && typeof enforce !== 'boolean')
    return 'has an enforce that is neither true nor false';
  return undefined;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
