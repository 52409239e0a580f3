import type { MetadataProblem } from '../metadata-problem.js';
import { shownTextViolation } from '../shown-text.js';
import { clientMembers, type TranslatableName, translatableMembers, type TranslatedName } from './members.js';

/** Characters of all translations of a client together, as JSON: they fit their column. */
const maxTranslationsLength = 16_000;
/** Characters of a language tag. */
const maxTagLength = 35;
const maxAddressLength = 2_048;

/** A member in another language: "Human-readable client metadata values […] MAY be represented in multiple languages" (RFC 7591 §2.2). */
interface NameParts {
  readonly member: TranslatableName;
  readonly tag: string;
}

/** Client metadata as it was sent, by whether a member is one in another language. */
export interface SplitMetadata {
  /** Under canonical names. What the rules of client metadata refuse is among them. */
  readonly translated: Readonly<Record<string, unknown>>;
  readonly others: Readonly<Record<string, unknown>>;
}

/** Sets the members in other languages apart. "language tags are case insensitive" (RFC 5646 §2.1.1): they get their canonical form. */
export function splitTranslated(metadata: object): SplitMetadata {
  const translated: Record<string, unknown> = {};
  const others: [string, unknown][] = [];
  for (const [name, value] of Object.entries(metadata)) {
    const canonical = canonicalName(name);
    if (canonical === undefined) others.push([name, value]);
    // A second one for the same language keeps its spelling, by which the rules refuse it.
    else translated[Object.hasOwn(translated, canonical) ? name : canonical] = value;
  }
  return { translated, others: Object.fromEntries(others) };
}

/** The name with its language tag in canonical form, if it has one; undefined for the name of another member. */
export function canonicalName(name: string): TranslatedName | undefined {
  const parts = partsOf(name);
  return parts && `${parts.member}#${canonicalTag(parts.tag) ?? parts.tag}`;
}

/** The values of a member by language tag. */
export function valuesByTag(
  translations: Readonly<Record<string, string>> | null,
  member: TranslatableName,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(translations ?? {}).flatMap(([name, value]) => {
      const parts = partsOf(name);
      return parts?.member === member ? [[parts.tag, value]] : [];
    }),
  );
}

/** The members in other languages that have a value. */
export const translationsIn = (metadata: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata).filter(([name, value]) => partsOf(name) !== undefined && value != null),
  ) as Record<string, string>;

/** Every violation of the members in other languages. */
export function translationProblems(metadata: object): MetadataProblem[] {
  const translations = translationsIn(metadata);
  const problems = Object.entries(translations).flatMap(([name, value]): MetadataProblem[] => {
    const reason = violationOf(name, value);
    return reason === undefined ? [] : [{ field: name.slice(0, 100), reason }];
  });
  if (problems.length > 0 || JSON.stringify(translations).length <= maxTranslationsLength) return problems;
  const [field = ''] = Object.keys(translations);
  return [{ field, reason: `and the other translations have more than ${maxTranslationsLength} characters` }];
}

function violationOf(name: string, value: unknown): string | undefined {
  const { member, tag } = partsOf(name) ?? { member: 'client_name', tag: '' };
  const canonical = canonicalTag(tag);
  if (canonical === undefined) return `must end with a language tag (BCP 47), such as ${member}#de`;
  if (canonical !== tag) return `stands beside ${member}#${canonical}, which is for the same language`;
  const { kind } = clientMembers[member];
  return kind === 'text'
    ? nameViolation(value, clientMembers.client_name.maxLength)
    : addressViolation(value);
}

function nameViolation(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || !/\S/.test(value) || Array.from(value).length > maxLength)
    return `must be a text of up to ${maxLength} characters`;
  return shownTextViolation(value);
}

function addressViolation(value: unknown): string | undefined {
  const isText =
    typeof value === 'string' && value.length <= maxAddressLength && /^https?:\/\/[^\s]+$/i.test(value);
  const url = isText && URL.canParse(value) ? new URL(value) : undefined;
  return url && url.username === '' && url.password === ''
    ? undefined
    : `must be an http or https URL of up to ${maxAddressLength} characters`;
}

/** The parts of `client_name#de`; undefined for another name. */
function partsOf(name: string): NameParts | undefined {
  const at = name.indexOf('#');
  const member =
    at < 0 ? undefined : translatableMembers.find((candidate) => candidate === name.slice(0, at));
  return member && { member, tag: name.slice(at + 1) };
}

/** Undefined if it is no language tag. */
function canonicalTag(tag: string): string | undefined {
  if (tag.length > maxTagLength) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
