import { parseIdempotencyKey } from '../../src/protocol/idempotency-key.js';

describe('An Idempotency-Key header', () => {
  it.each([
    [
      'a string of structured fields',
      '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
      '8e03978e-40d5-43e8-bc93-6894a57f9324',
    ],
    ['a string with escapes', String.raw`"a \"b\" \\ c"`, String.raw`a "b" \ c`],
    ['white space around the string', ' "key" ', 'key'],
    ['a key without quotes', '8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['255 characters', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('%s names a key', (_title, header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    ['an empty header', ''],
    ['an empty string', '""'],
    ['a string that does not end', '"key'],
    ['an escape of another character', String.raw`"a\b"`],
    ['two headers in one', '"one", "two"'],
    ['words without quotes', 'my key'],
    ['letters beyond ASCII', '"schlüssel"'],
    ['a control character', '"a\tb"'],
    ['256 characters', 'k'.repeat(256)],
    ['very many escapes', `"${'\\"'.repeat(100_000)}`],
  ])('%s names none', (_title, header) => {
    expect(parseIdempotencyKey(header)).toBeUndefined();
  });
});
