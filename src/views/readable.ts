const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** The parts of a time, as `Intl.DateTimeFormat` takes them. */
const TIME_PARTS = {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;

/**
 * A time for people, the same on every machine: `21 November 2026, 14:05 UTC`.
 * @param timeZone of the person, as in the IANA time zone database; UTC if it is unknown
 */
export function readableTime(at: Date, timeZone?: string): string {
  const local = timeZone === undefined ? undefined : formatIn(timeZone)?.format(at);
  if (local !== undefined) return local.replace(' at ', ', ');
  const clock = at.toISOString().slice(11, 16);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${clock} UTC`;
}

/** Undefined if there is no such time zone. */
function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...TIME_PARTS, timeZone });
  } catch {
    return undefined;
  }
}

/** Scopes by the name of their resource, in the order in which resources first come. */
export function byResource<Scope extends { readonly resource?: string }>(
  scopes: readonly Scope[],
): [resource: string | undefined, scopes: Scope[]][] {
  const groups = new Map<string | undefined, Scope[]>();
  for (const scope of scopes) groups.set(scope.resource, [...(groups.get(scope.resource) ?? []), scope]);
  return [...groups];
}

/** A waiting time for people, rounded up: `1 second`, `45 seconds`, `2 minutes`. */
export function readableWait(seconds: number): string {
  const [count, unit] =
    seconds < 60 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The initial of a client without a logo; empty if its name has neither letters nor digits. */
export function monogram(name: string): string {
  return /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? '';
}
