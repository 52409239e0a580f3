import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const readme = await readFile(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

/** The code blocks of a language under a heading of README, as they stand there. */
export function codeUnder(heading: string, language = 'ts'): string[] {
  const [, section] = readme.split(new RegExp(`^#{2,3} ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`README has no heading ${heading}`);
  const [own = ''] = section.split(/^#{2,3} /m);
  const blocks = own.matchAll(new RegExp('^```' + language + '\\n(.*?)^```$', 'gms'));
  return [...blocks].map(([, code = '']) => code);
}
