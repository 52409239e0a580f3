import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { OAuthError } from '../../src/protocol/errors.js';
import { Parameters } from '../../src/protocol/parameters.js';
import { codeChallenge, isCodeVerifier, verifiesChallenge } from '../../src/protocol/pkce.js';
import { parseMaxAge, parsePrompt, promptValues } from '../../src/protocol/prompt.js';
import { parseResources } from '../../src/protocol/resource-indicator.js';
import { responseMode, responseModes } from '../../src/protocol/response-mode.js';
import { canonicalResponseType, issuesTokens, responseTypes } from '../../src/protocol/response-type.js';
import { formatScope, isWithin, parseScope, scopeValues } from '../../src/protocol/scope.js';
import { normalUserCode, readableUserCode, userCodeAlphabet } from '../../src/protocol/user-code.js';
import { anyText, mostly, refusalOf, requestText } from '../support/arbitraries.js';

const pairs = fc.array(
  fc.tuple(
    requestText.map((name) => `p${name}`),
    requestText,
  ),
  { maxLength: 100 },
);
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
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

describe('Properties of PKCE', () => {
  const unreserved = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'.split('');
  const verifier = fc.string({ unit: fc.constantFrom(...unreserved), minLength: 43, maxLength: 128 });

  it('A14 a verifier proves its own challenge and no other', () => {
    fc.assert(
      fc.property(verifier, verifier, fc.nat(127), (one, other, at) => {
        expect(isCodeVerifier(one)).toBe(true);
        const challenge = codeChallenge(challengeOf(one), 'S256', true) ?? '';
        expect(verifiesChallenge(one, challenge)).toBe(true);
        expect(verifiesChallenge(other, challenge)).toBe(other === one);
        const shorter = one.slice(0, at) + one.slice(at + 1);
        expect(verifiesChallenge(shorter, challenge)).toBe(shorter === one);
      }),
    );
  });

  it('A14 any text is a challenge or invalid_request, and never verified by itself', () => {
    const challenge = fc.option(fc.oneof(anyText, verifier), { nil: undefined });
    const method = fc.option(mostly('S256', 'plain'), { nil: undefined });
    fc.assert(
      fc.property(challenge, method, fc.boolean(), (text, by, required) => {
        const refusal = refusalOf(() => codeChallenge(text, by, required));
        if (refusal) expect(refusal.code).toBe('invalid_request');
        else expect(codeChallenge(text, by, required)).toBe(text);
        if (text === undefined) return;
        expect(verifiesChallenge(text, text)).toBe(false);
        if (!refusal) expect([isCodeVerifier(text), by]).toEqual([true, 'S256']);
      }),
    );
  });
});

describe('Properties of the short parameters', () => {
  const words = fc.array(mostly(...promptValues), { maxLength: 4 }).map((values) => values.join(' '));

  it('A8 a prompt is a set of known values, none alone, or invalid_request', () => {
    fc.assert(
      fc.property(words, (text) => {
        const refusal = refusalOf(() => parsePrompt(text));
        if (refusal) {
          expect(refusal.code).toBe('invalid_request');
          return;
        }
        const prompts = [...parsePrompt(text)];
        expect(isWithin(prompts, promptValues)).toBe(true);
        expect(prompts.includes('none') && prompts.length > 1).toBe(false);
        expect([...parsePrompt(prompts.join(' '))]).toEqual(prompts);
      }),
    );
  });

  it('A9 max_age is a number of seconds, 0 or more, or invalid_request', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.nat().map(String), fc.bigInt().map(String)), (text) => {
        const refusal = refusalOf(() => parseMaxAge(text));
        if (refusal) expect(refusal.code).toBe('invalid_request');
        else expect(parseMaxAge(text)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('A6 a response mode never puts tokens into a query', () => {
    fc.assert(
      fc.property(fc.option(mostly(...responseModes), { nil: undefined }), fc.boolean(), (text, tokens) => {
        const refusal = refusalOf(() => responseMode(text, tokens));
        if (refusal) {
          expect(refusal.code).toBe('invalid_request');
          return;
        }
        const mode = responseMode(text, tokens);
        expect(tokens && mode.transport === 'query').toBe(false);
        expect(responseMode(`${mode.transport}${mode.signed ? '.jwt' : ''}`, tokens)).toEqual(mode);
      }),
    );
  });

  it('A5 a response type is known by its parts in any order, and nothing else is', () => {
    const shuffled = fc
      .shuffledSubarray(['code', 'id_token', 'token', 'none', '__proto__'])
      .map((values) => values.join(' '));
    fc.assert(
      fc.property(fc.oneof(shuffled, anyText), (text) => {
        const type = canonicalResponseType(text);
        const parts = text.split(' ').toSorted().join(' ');
        expect(type).toBe(responseTypes.find((known) => known.split(' ').toSorted().join(' ') === parts));
        if (type === undefined) return;
        expect(canonicalResponseType(type)).toBe(type);
        expect(issuesTokens(type)).toBe(type !== 'code');
      }),
    );
  });

  it('H3 resources are absolute URIs without fragment, each once, or invalid_target', () => {
    const resource = fc.oneof(anyText, fc.webUrl({ withFragments: true }), fc.constantFrom('urn:a:b', 'x:y'));
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 4 }), (values) => {
        const refusal = refusalOf(() => parseResources(values));
        if (refusal) {
          expect(refusal.code).toBe('invalid_target');
          return;
        }
        const parsed = parseResources(values);
        expect(parseResources(parsed)).toEqual(parsed);
        expect(new Set(parsed)).toEqual(new Set(values));
        for (const value of parsed) expect([URL.canParse(value), value.includes('#')]).toEqual([true, false]);
      }),
    );
  });

  it('I1 a user code is recognized however it is typed, and nothing that holds other letters', () => {
    const code = fc.string({
      unit: fc.constantFrom(...userCodeAlphabet.split('')),
      minLength: 8,
      maxLength: 8,
    });
    const noise = fc.constantFrom('', ' ', '-', ' - ', '.', '\u2013', '\n');
    fc.assert(
      fc.property(code, fc.array(noise, { minLength: 9, maxLength: 9 }), (letters, between) => {
        const typed = letters
          .split('')
          .map((letter, at) => between[at] + letter.toLowerCase())
          .join('');
        expect(normalUserCode(typed + between[8])).toBe(letters);
        expect(normalUserCode(readableUserCode(letters))).toBe(letters);
        expect(normalUserCode(`${letters}A`)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const normal = normalUserCode(text);
        if (normal !== undefined) expect(normalUserCode(normal)).toBe(normal);
      }),
    );
  });
});

describe('A refusal', () => {
  it('is public only in the characters that error_description has (RFC 6749 §5.2)', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(new OAuthError('invalid_request', text).description).toMatch(
          /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/,
        );
      }),
    );
  });
});
