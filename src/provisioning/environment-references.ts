import { environmentValue } from '../config/settings.js';
import type { Path, Problem } from './problems.js';

/** `${NAME}`, or `$${…}` for a text that is meant as it stands. */
const reference = /\$\$\{|\$\{(\w*)\}/g;

/** A value in which every reference stands replaced, and the references to variables that are not set. */
export interface Resolved {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Replaces `${NAME}` in every text of a file by that environment variable. `$${` stands for `${`. Names of fields stay as they are. */
export function resolveReferences(value: unknown, path: Path = []): Resolved {
  const problems: Problem[] = [];
  const resolve = (part: unknown, place: Path): unknown => {
    if (typeof part === 'string')
      return resolveText(part, (reason) => problems.push({ path: place, reason }));
    if (Array.isArray(part)) return part.map((item, index) => resolve(item, [...place, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [name, resolve(item, [...place, name])]),
    );
  };
  return { value: resolve(value, path), problems };
}

const resolveText = (text: string, refuse: (reason: string) => void): string =>
  text.replaceAll(reference, (written, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = name === '' ? undefined : environmentValue(name);
    if (value === undefined) refuse(`names ${written}, which is not set: set it in the environment`);
    return value ?? '';
  });
