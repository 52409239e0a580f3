import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { OAuthError } from '../../src/protocol/errors.js';
import { codeChallenge, isCodeVerifier, verifiesChallenge } from '../../src/protocol/pkce.js';
import { parseMaxAge, parsePrompt, promptValues } from '../../src/protocol/prompt.js';
import { parseResources } from '../../src/protocol/resource-indicator.js';
import { responseMode, responseModes } from '../../src/protocol/response-mode.js';
import { canonicalResponseType, issuesTokens, responseTypes } from '../../src/protocol/response-type.js';
import { isWithin } from '../../src/protocol/scope.js';
import { normalUserCode, readableUserCode, userCodeAlphabet } from '../../src/protocol/user-code.js';
import { anyText, mostly, refusalOf } from '../support/arbitraries.js';

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

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

  it('A8 a prompt is the set of its known values, none alone, or invalid_request', () => {
    fc.assert(
      fc.property(words, (text) => {
        const refusal = refusalOf(() => parsePrompt(text, promptValues));
        if (refusal) {
          expect(refusal.code).toBe('invalid_request');
          return;
        }
        const prompts = [...parsePrompt(text, promptValues)];
        expect(isWithin(prompts, promptValues)).toBe(true);
        expect(prompts.includes('none') && prompts.length > 1).toBe(false);
        expect([...parsePrompt(prompts.join(' '), promptValues)]).toEqual(prompts);
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
  it('the public text of an OAuthError has only the characters that error_description has (RFC 6749 §5.2)', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(new OAuthError('invalid_request', text).description).toMatch(
          /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/,
        );
      }),
    );
  });
});
