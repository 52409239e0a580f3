import * as fc from 'fast-check';
import { Parameters } from '../../src/protocol/parameters.js';
import { formatScope, isWithin, parseScope, scopeValues } from '../../src/protocol/scope.js';
import { anyText, refusalOf, requestText } from '../support/arbitraries.js';

const pairs = fc.array(
  fc.tuple(
    requestText.map((name) => `p${name}`),
    requestText,
  ),
  { maxLength: 100 },
);
const encode = (sent: [string, string][]): string => new URLSearchParams(sent).toString();

describe('Properties of parameters', () => {
  it('A2 any text is parsed, or refused in the words of the protocol', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const refusal = refusalOf(() => Parameters.parse(text));
        expect([undefined, 'invalid_request']).toContain(refusal?.code);
      }),
    );
  });

  it('A2 what was sent is there, in its order, and an empty value counts as absent', () => {
    fc.assert(
      fc.property(pairs, (sent) => {
        const parameters = Parameters.parse(encode(sent));
        for (const [name] of sent) {
          const values = sent.filter(([other]) => other === name).map(([, value]) => value);
          expect(parameters.all(name)).toEqual(values.filter((value) => value !== ''));
          expect(parameters.get(name)).toBe(values[0] || undefined);
          expect(parameters.repeated.has(name)).toBe(values.length > 1);
        }
      }),
    );
  });

  it('A2 the order of different names never matters, and entries() are the same parameters again', () => {
    fc.assert(
      fc.property(pairs, (sent) => {
        const byName = sent.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
        const [one, two] = [Parameters.parse(encode(sent)), Parameters.parse(encode(byName))];
        for (const parameters of [two, Parameters.from(one.entries())]) {
          for (const [name] of sent) expect(parameters.all(name)).toEqual(one.all(name));
          expect(parameters.repeated).toEqual(one.repeated);
        }
      }),
    );
  });

  it('A2 names that every object has are absent until they are sent', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const parameters = Parameters.parse('');
        expect([parameters.get(name), parameters.all(name)]).toEqual([undefined, []]);
      }),
    );
  });
});

describe('Properties of scopes', () => {
  const scopes = fc
    .array(fc.oneof(anyText, fc.constantFrom('openid', 'a', 'b', '__proto__')))
    .map((values) => values.join(' '));

  it('any text is a list of scopes, each once, or invalid_scope', () => {
    fc.assert(
      fc.property(scopes, (text) => {
        const refusal = refusalOf(() => parseScope(text));
        if (refusal) {
          expect(refusal.code).toBe('invalid_scope');
          return;
        }
        const parsed = parseScope(text);
        expect(new Set(parsed).size).toBe(parsed.length);
        expect(formatScope(parsed)).toMatch(scopeValues);
        expect(parseScope(formatScope(parsed))).toEqual(parsed);
        expect(isWithin(parsed, text.split(' '))).toBe(true);
      }),
    );
  });

  it('B7 being within is the order of subsets', () => {
    const some = fc.array(fc.constantFrom('a', 'b', 'c', '__proto__', 'toString'), { maxLength: 5 });
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        expect(isWithin(a, a)).toBe(true);
        expect(isWithin(a, [...a, ...b])).toBe(true);
        expect(isWithin([...a, ...b], c)).toBe(isWithin(a, c) && isWithin(b, c));
        if (isWithin(a, b) && isWithin(b, c)) expect(isWithin(a, c)).toBe(true);
        expect(isWithin(a, b)).toBe(new Set([...a, ...b]).size === new Set(b).size);
      }),
    );
  });
});
