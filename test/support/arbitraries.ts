import * as fc from 'fast-check';
import { OAuthError } from '../../src/protocol/errors.js';

// The same cases in every run: a failure is there again when it is looked into.
fc.configureGlobal({ seed: 20_261_121, numRuns: 250 });

/** What has tripped parsers before: names that every object has, controls, halves of surrogate pairs, lookalikes. */
const tricky = [
  ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '-0'],
  ['\0', '\n', '\r\n', '\t', '\x7f', '\u00a0', '\u2028', '\ufeff', '\ufffd', '\ud800', '\udfff'],
  [
    '\u0130',
    'ß',
    'ſ',
    '\u212a',
    '１',
    '١',
    'é',
    '\u{1f9ed}',
    '%',
    '%00',
    '%zz',
    '%ff',
    '+',
    '&',
    '=',
    '#',
    '?',
  ],
  ['"', "'", '\\', '\\u0000', '<', ';', ',', ' ', '  ', '*', '/', '//', '/../', '@', ':', '.', '{', '['],
].flat();

/** Any text at all, half of it made to hurt. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.oneof(fc.constantFrom(...tricky), fc.string({ maxLength: 4 })), { maxLength: 8 }).map(join),
);

/** Text as requests can carry it: Unicode without NUL. */
export const requestText = anyText.map((text) => Buffer.from(text).toString().replaceAll('\0', ''));

/** One of these values, or any text. */
export const mostly = (...values: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: anyText });

/** Any JSON value, with hostile names and texts in it. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300), anyText),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** An object with some of these members, each of a fitting value or of any. */
export function roughly(
  members: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.entries(members).map(([name, fitting]) => [
    name,
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, { weight: 1, arbitrary: anyJson }),
  ]);
  return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
}

function join(parts: readonly string[]): string {
  return parts.join('');
}

/** The refusal in which something ends, or undefined; any other error is a fault and goes on. */
export function refusalOf(act: () => unknown): OAuthError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
}
