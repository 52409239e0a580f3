import { badAnswer } from './bad-answer.js';
import { attributeOf } from './saml-xml.js';

const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * A time, in seconds since the epoch. "All SAML time values … MUST be expressed in UTC form, with no time zone component" (SAML core §1.3.3).
 * @throws UpstreamRefusal bad_answer
 */
export function timeOf(element: Element, name: string): number | undefined {
  const value = attributeOf(element, name);
  if (value === undefined) return undefined;
  const milliseconds = utc.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw badAnswer(`${name} is not a time in UTC`);
  return Math.floor(milliseconds / 1_000);
}

/** @param seconds since the epoch */
export const timeText = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
