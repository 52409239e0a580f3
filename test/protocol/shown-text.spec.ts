import { shownTextViolation } from '../../src/protocol/shown-text.js';

const named = (code: number): [string, string] => [
  `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
  `Eyrie${String.fromCodePoint(code)}App`,
];

describe('text that people read', () => {
  const misleading = [
    0x00, 0x09, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b,
    0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xd800, 0xdfff,
  ];
  it.each(misleading.map(named))('with %s is refused', (_code, text) => {
    expect(shownTextViolation(text)).toMatch(/^must not contain control characters/);
  });

  it.each(['MessageWriter', 'Änderung & Söhne', 'שלום', 'مرحبا', '株式会社', '👩‍💻 Tools', 'می‌خواهم', '<b>'])(
    '%s is accepted',
    (text) => {
      expect(shownTextViolation(text)).toBeUndefined();
    },
  );
});
