import { LRUCache } from 'lru-cache';
import type { Language, Message, Text } from '../locales/message.js';
import { message } from '../locales/message.js';

/** The parts of a time, as `Intl.DateTimeFormat` takes them. */
const timeParts = {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;

/** Each takes 50 µs to make, and some 40 kB outside the heap, which the garbage collector does not see and so leaves for long. */
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 100 });

/**
 * A time for people: `21 November 2026, 14:05 UTC`.
 * @param timeZone of the person, as in the IANA time zone database; UTC if it is unknown
 */
export function readableTime(
  at: Date,
  { dateLocale }: Pick<Language, 'dateLocale'>,
  timeZone = 'UTC',
): string {
  const format = formatIn(dateLocale, timeZone) ?? formatIn(dateLocale, 'UTC');
  // English has a word between date and time, which differs between versions of ICU.
  return format?.format(at).replace(' at ', ', ') ?? at.toISOString();
}

/** Undefined if there is no such time zone. */
function formatIn(locale: string, timeZone: string): Intl.DateTimeFormat | undefined {
  const key = `${locale} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat(locale, { ...timeParts, timeZone });
    formats.set(key, format);
    return format;
  } catch {
    return undefined;
  }
}

/** Scopes by the name of their resource, in the order in which resources first come. */
export function byResource<Scope extends { readonly resource?: Text }>(
  scopes: readonly Scope[],
  nameOf: (resource: Text) => string,
): [resource: string | undefined, scopes: Scope[]][] {
  const groups = new Map<string | undefined, Scope[]>();
  for (const scope of scopes) {
    const name = scope.resource && nameOf(scope.resource);
    groups.set(name, [...(groups.get(name) ?? []), scope]);
  }
  return [...groups];
}

/** A waiting time for people, rounded up: `1 second`, `45 seconds`, `2 minutes`. */
export function waitMessage(seconds: number): Message {
  return seconds < 60
    ? message('wait.seconds', { count: Math.max(1, Math.ceil(seconds)) })
    : message('wait.minutes', { count: Math.ceil(seconds / 60) });
}

/** The initial of a client without a logo; empty if its name has neither letters nor digits. */
export function monogram(name: string): string {
  return /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? '';
}
