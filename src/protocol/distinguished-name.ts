/**
 * Normalises distinguished names (RFC 4514), so that equal names are equal strings. Values are compared character by character,
 * which is stricter than RFC 5280 §7.1: similar names stay different.
 */

/** Attribute types with several names; the others keep their name, in lower case. */
const typeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.4': 'sn',
  '2.5.4.5': 'serialnumber',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '2.5.4.12': 'title',
  '2.5.4.15': 'businesscategory',
  '2.5.4.17': 'postalcode',
  '2.5.4.42': 'gn',
  '2.5.4.97': 'organizationidentifier',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
  '1.2.840.113549.1.9.1': 'emailaddress',
  e: 'emailaddress',
  givenname: 'gn',
  s: 'st',
  surname: 'sn',
  userid: 'uid',
};

const typeForm = /^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)+)$/;
const valuePiece = /\\([\da-f]{2})|\\([ "#+,;<=>\\])|([^\\"+,;<>\0])/giu;

/** Normalises a name as RFC 4514 writes it, most specific part first; undefined if it is malformed. */
export const distinguishedName = (text: string): string | undefined => oneForm(split(text, ','));

/** Normalises a certificate's subject as Node gives it: one part a line, least specific first. */
export const subjectName = (lines: string): string | undefined => oneForm(lines.split('\n').toReversed());

function oneForm(parts: readonly string[]): string | undefined {
  const names: string[] = [];
  for (const part of parts) {
    const pairs = split(part, '+').map(typeAndValue);
    if (!pairs.every((pair) => pair !== undefined)) return undefined;
    names.push(pairs.toSorted().join('+'));
  }
  return names.join(',');
}

function typeAndValue(text: string): string | undefined {
  const equals = text.indexOf('=');
  const given = text.slice(0, Math.max(equals, 0)).trim().toLowerCase();
  const value = unescaped(text.slice(equals + 1));
  if (!typeForm.test(given) || value === undefined) return undefined;
  return JSON.stringify([typeNames[given] ?? given, value]);
}

/** Splits at each separator that is not escaped. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\?[^]/gu)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

/** Unescapes a value (§2.4); white space around it counts only if it is escaped. */
function unescaped(text: string): string | undefined {
  const value = text.trimStart();
  const pieces = [...value.matchAll(valuePiece)];
  const isWhole = pieces.reduce((length, [piece]) => length + piece.length, 0) === value.length;
  while (pieces.at(-1)?.[0] === ' ') pieces.pop();
  if (pieces.length === 0 || value.startsWith('#') || !isWhole) return undefined;
  const bytes = pieces.map(([, hex, special, plain]) =>
    hex === undefined ? Buffer.from(special ?? plain ?? '') : Buffer.from(hex, 'hex'),
  );
  return Buffer.concat(bytes).toString('utf8');
}
