import type { MetadataProblem } from '../metadata-problem.js';
import type { ClientMember } from './member.js';
import { clientMembers, currentNames, type MemberName, type TranslatedName } from './members.js';
import { canonicalName } from './translations.js';

/** A member with its value as text, read in the form of its kind. */
export interface Assignment {
  readonly member: MemberName | TranslatedName;
  readonly value: unknown;
}

/** How each kind is written, for the messages and the help of the command line. */
export const writtenForms: Readonly<Record<ClientMember['kind'], string>> = {
  text: 'text',
  webAddress: 'an http or https URL',
  color: 'a colour such as #0d5a66',
  flag: 'true or false',
  choice: 'one of its values',
  texts: 'values separated by commas, or a JSON array',
  choices: 'values separated by commas, or a JSON array',
  flagOrChoices: 'true, false, values separated by commas, or a JSON array',
  integer: 'a whole number',
  keySet: 'a JSON object',
  scope: 'scope values separated by spaces',
};

/**
 * Reads `member=value`. Lists are separated by commas or written as JSON arrays, and an empty text is an empty list; objects are JSON;
 * `null` is null. Whether the member accepts the value is checked elsewhere.
 * @returns the violation, if the text cannot be read
 */
export function readAssignment(text: string): Assignment | MetadataProblem {
  const [, name = text, written] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const member = currentNames.get(name) ?? name;
  const translated = canonicalName(name);
  if (translated !== undefined) return translation(translated, written);
  if (!isMember(member)) return { field: name, reason: 'is not a member of client metadata' };
  if (written === undefined) return { field: name, reason: 'needs a value: write member=value' };
  const { kind } = clientMembers[member];
  const value = written === 'null' ? null : readers[kind](written);
  return value === undefined ? { field: name, reason: `must be ${writtenForms[kind]}` } : { member, value };
}

/** A member in another language is text; its rules are checked with those of all metadata. */
const translation = (member: TranslatedName, written: string | undefined): Assignment | MetadataProblem =>
  written === undefined
    ? { field: member, reason: 'needs a value: write member=value' }
    : { member, value: written === 'null' ? null : written };

const isMember = (name: string): name is MemberName => Object.hasOwn(clientMembers, name);

const asWritten = (text: string): string => text;

/** The value that a text means; undefined if it has not the form of the kind. */
const readers: Readonly<Record<ClientMember['kind'], (text: string) => unknown>> = {
  text: asWritten,
  webAddress: asWritten,
  color: asWritten,
  flag: readFlag,
  choice: asWritten,
  texts: readList,
  choices: readList,
  flagOrChoices: (text) => readFlag(text) ?? readList(text),
  integer: (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
  keySet: readJson,
  scope: asWritten,
};

function readFlag(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function readList(text: string): unknown {
  if (text.startsWith('[')) return readJson(text);
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
