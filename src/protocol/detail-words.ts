import type { AuthorizationDetail } from './authorization-details.js';

/** A piece of a sentence: words of the administrator, or a value out of the request. */
export interface SentencePart {
  readonly text: string;
  readonly isValue: boolean;
}

/** A member of a detail, by its path, that the sentence does not name. */
export interface DetailFact {
  readonly path: string;
  readonly value: string;
}

/** Characters of a sentence, and of each value in it. */
export const maxSentenceLength = 300;
const maxValueLength = 200;
const maxPlaceholders = 10;

/** What stands between two braces: the path to a member, with dots. */
const placeholder = /\{([^{}]*)\}/g;
const path = /^[\w-]+(\.[\w-]+)*$/;

/** Characters with which a value could hide, or pass itself off as words of the page (see shown-text.ts). */
const misleading = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** What is wrong with the placeholders of a sentence, as a predicate; undefined if nothing is. */
export function sentenceProblem(sentence: string): string | undefined {
  const named = pathsIn(sentence);
  if (/[{}]/.test(sentence.replaceAll(placeholder, ''))) return 'has a brace without its other half';
  if (!named.every((one) => path.test(one)))
    return 'names members between braces, such as {instructedAmount.amount}';
  return named.length > maxPlaceholders ? `has more than ${maxPlaceholders} placeholders` : undefined;
}

/** The sentence about a detail, with its values in place of their names. */
export function sentenceAbout(sentence: string, detail: AuthorizationDetail): SentencePart[] {
  return sentence
    .split(placeholder)
    .map((text, index) =>
      index % 2 === 0
        ? { text, isValue: false }
        : { text: shown(memberAt(detail, text)) ?? '\u2014', isValue: true },
    )
    .filter(({ text }) => text !== '');
}

/** Every other member of the detail, so that nobody allows what they do not see. */
export function factsOf(sentence: string, detail: AuthorizationDetail): DetailFact[] {
  const named = new Set(pathsIn(sentence));
  const { type: _type, ...members } = detail;
  return leavesOf(members, '').filter(({ path: at }) => !named.has(at));
}

const pathsIn = (sentence: string): string[] =>
  [...sentence.matchAll(placeholder)].map(([, name = '']) => name);

function leavesOf(value: unknown, at: string): DetailFact[] {
  const text = shown(value);
  if (text !== undefined) return [{ path: bounded(at), value: text }];
  const members = Object.entries(value as object);
  if (members.length === 0) return at === '' ? [] : [{ path: bounded(at), value: JSON.stringify(value) }];
  return members.flatMap(([name, member]) => leavesOf(member, at === '' ? name : `${at}.${name}`));
}

function memberAt(detail: AuthorizationDetail, at: string): unknown {
  return at.split('.').reduce<unknown>((value, name) => {
    const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isHolder ? (value as Record<string, unknown>)[name] : undefined;
  }, detail);
}

/** A value in words: a text, a number, a truth value or null, or a list of them; undefined for anything else. */
function shown(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const entries = value.map(scalar);
    return entries.length > 0 && entries.every((entry) => entry !== undefined)
      ? bounded(entries.join(', '))
      : undefined;
  }
  const text = scalar(value);
  return text === undefined ? undefined : bounded(text);
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : undefined;
}

function bounded(text: string): string {
  const characters = Array.from(text.replaceAll(misleading, '\uFFFD'));
  return characters.length > maxValueLength
    ? `${characters.slice(0, maxValueLength - 1).join('')}\u2026`
    : characters.join('');
}
