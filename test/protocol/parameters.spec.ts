import { OAuthError } from '../../src/protocol/errors.js';
import { Parameters } from '../../src/protocol/parameters.js';

const invalidRequest = expect.objectContaining({ code: 'invalid_request', status: 400 });

describe('Parameters', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1+2%20%2B', { a: '1 2 +' }],
    ['a=%C3%A9%F0%9F%A6%85', { a: 'é🦅' }],
    ['a=b=c', { a: 'b=c' }],
    ['%61=1', { a: '1' }],
    ['a', { a: undefined }],
    ['a=', { a: undefined }],
    ['', { a: undefined }],
    ['&&&=x&', { a: undefined, '': undefined }],
    ['a=1&A=2', { a: '1', A: '2' }],
    ['a[b]=1&a.b=2', { 'a[b]': '1', 'a.b': '2', a: undefined }],
    ['a=1;b=2', { a: '1;b=2' }],
    ['__proto__=1&constructor=2&toString=3', { __proto: undefined, constructor: '2', toString: '3' }],
  ])('%j is read', (encoded, expected) => {
    const parameters = Parameters.parse(encoded);
    for (const [name, value] of Object.entries(expected))
      expect([name, parameters.get(name)]).toEqual([name, value]);
  });

  it('names of every object are absent where they were not sent', () => {
    const parameters = Parameters.parse('a=1');
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString'])
      expect(parameters.get(name)).toBeUndefined();
    expect(Parameters.parse('__proto__=x').get('__proto__')).toBe('x');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each(['a=%', 'a=%z1', 'a=%4', '%=1', 'a=%ff', 'a=%c3%28', 'a=%ed%a0%80', 'a=%00', 'a=\0', '%00=1'])(
    '%j is invalid_request',
    (encoded) => {
      expect(() => Parameters.parse(encoded)).toThrow(invalidRequest);
    },
  );

  it('a hundred parameters are read, one more is invalid_request', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}=${i}`).join('&');
    expect(Parameters.parse(many(100)).get('p99')).toBe('99');
    expect(() => Parameters.parse(many(101))).toThrow(invalidRequest);
  });

  it('repeated ones are noted, also when empty or encoded differently, and the first one counts', () => {
    for (const encoded of ['a=1&a=2', 'a=1&%61=2', 'a=1&a', 'a=1&a=']) {
      const parameters = Parameters.parse(encoded);
      expect(parameters.get('a')).toBe('1');
      expect(parameters.repeated).toEqual(new Set(['a']));
      expect(() => parameters.refuseRepeated(['b', 'a'])).toThrow(invalidRequest);
      expect(() => parameters.refuseRepeated(['b'])).not.toThrow();
    }
  });

  it('a parameter that may be repeated gives all its values', () => {
    expect(Parameters.parse('a=1&b=2&a=3').all('a')).toEqual(['1', '3']);
    expect(Parameters.parse('b=2').all('a')).toEqual([]);
  });

  it('a missing or empty one that is required is invalid_request and named', () => {
    expect(() => Parameters.parse('a=').require('a')).toThrow(/a is missing/);
    expect(Parameters.parse('a=1').require('a')).toBe('1');
  });

  it('whatever is encoded comes back, for thousands of random texts', () => {
    const random = generator(1);
    for (let round = 0; round < 2_000; round++) {
      const pairs = Array.from({ length: 1 + (random() % 6) }, (_, i) => [
        `${i}${text(random)}`,
        text(random),
      ]);
      const encoded = new URLSearchParams(pairs as [string, string][]).toString();
      const parameters = Parameters.parse(encoded);
      for (const [name = '', value = ''] of pairs) expect(parameters.get(name) ?? '').toBe(value);
      expect(Parameters.from(parameters.entries()).entries()).toEqual(parameters.entries());
    }
  });

  it('random bytes are read or invalid_request, and nothing else', () => {
    const random = generator(2);
    const alphabet = [
      '%',
      '=',
      '&',
      '+',
      '0',
      'a',
      'F',
      'c',
      'é',
      '\0',
      '%c3',
      '%a9',
      '__proto__',
      ';',
      '[',
      ']',
    ];
    for (let round = 0; round < 5_000; round++) {
      const encoded = Array.from({ length: random() % 12 }, () => alphabet[random() % alphabet.length]).join(
        '',
      );
      const outcome = attempt(() => Parameters.parse(encoded));
      expect(outcome instanceof Parameters || outcome instanceof OAuthError).toBe(true);
    }
  });
});

/** A reproducible sequence of whole numbers (a linear congruential generator). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

function text(random: () => number): string {
  const alphabet = ['a', 'Z', '0', ' ', '+', '%', '&', '=', '#', '?', '/', 'é', '🦅', '\n', '"', '<'];
  return Array.from({ length: random() % 10 }, () => alphabet[random() % alphabet.length]).join('');
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
