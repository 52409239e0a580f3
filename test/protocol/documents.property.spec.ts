import * as fc from 'fast-check';
import { parseClaimsRequest, satisfies } from '../../src/protocol/claims-request.js';
import { scopeClaims, selectClaims, suppliedClaims } from '../../src/protocol/claims.js';
import { assertionProblem, maxAssertionLifetimeSeconds } from '../../src/protocol/client-assertion.js';
import { jwksProblem } from '../../src/protocol/public-jwks.js';
import {
  requestObjectParameters,
  requestObjectProblem,
  requestObjectTypeProblem,
} from '../../src/protocol/request-object.js';
import { sectorDocumentProblem } from '../../src/protocol/sector.js';
import { anyJson, anyText, mostly, refusalOf, roughly } from '../support/arbitraries.js';

const now = 1_800_000_000;

describe('Properties of the claims parameter', () => {
  const wish = fc.oneof(
    fc.constant(null),
    fc.record(
      { essential: fc.boolean(), value: anyJson, values: fc.array(anyJson, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
  );
  const wishes = fc.array(fc.tuple(anyText, wish), { maxLength: 4 }).map((entries) => new Map(entries));
  const written = (map: Map<string, unknown>): string => JSON.stringify(Object.fromEntries(map));

  it('A11 any text and any JSON is read, or is invalid_request', () => {
    const text = fc.oneof(
      anyText,
      anyJson.map((value) => JSON.stringify(value)),
      fc.dictionary(mostly('userinfo', 'id_token'), anyJson).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (value) => {
        const refusal = refusalOf(() => parseClaimsRequest(value));
        expect([undefined, 'invalid_request']).toContain(refusal?.code);
      }),
    );
  });

  it('A11 what is asked is read as it was written, whatever the name of the claim', () => {
    fc.assert(
      fc.property(wishes, wishes, (userinfo, idToken) => {
        const text = `{"userinfo":${written(userinfo)},"id_token":${written(idToken)}}`;
        const parsed = parseClaimsRequest(text);
        expect([...parsed.userinfo.keys()].toSorted()).toEqual([...userinfo.keys()].toSorted());
        for (const [claim, asked] of idToken) {
          const { essential, value, values } = asked ?? {};
          expect(parsed.idToken.get(claim)).toEqual(JSON.parse(JSON.stringify({ essential, value, values })));
        }
      }),
    );
  });

  it('A11 every value satisfies a claim that is asked for without one, and one asked for satisfies', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.integer()), fc.array(anyText), (value, others) => {
        expect(satisfies(undefined, value)).toBe(true);
        expect(satisfies({ essential: true }, value)).toBe(true);
        expect(satisfies({ value }, value)).toBe(true);
        expect(satisfies({ values: [...others, value] }, value)).toBe(true);
        expect(satisfies({ values: others }, value)).toBe(others.some((other) => other === value));
      }),
    );
  });
});

describe('Properties of released claims', () => {
  const claims = fc.dictionary(mostly(...suppliedClaims), anyJson);
  const scopes = fc.array(mostly(...Object.keys(scopeClaims)), { maxLength: 4 });

  it('A12 only what a granted scope covers, never empty, and more scopes never release less', () => {
    fc.assert(
      fc.property(claims, scopes, scopes, (all, some, more) => {
        const released = selectClaims((name) => all[name], some);
        const covered = some.flatMap((scope) =>
          Object.hasOwn(scopeClaims, scope) ? scopeClaims[scope] : [],
        );
        for (const [name, value] of Object.entries(released)) {
          expect(covered).toContain(name);
          expect(value).toBe(all[name]);
          expect([undefined, null, '']).not.toContain(value);
        }
        expect(selectClaims((name) => all[name], [...some, ...more])).toMatchObject(released);
        expect(selectClaims((name) => released[name], some)).toEqual(released);
      }),
    );
  });
});

const us = 'https://id.example.com';

describe('Properties of what is in signed documents', () => {
  it('G1 any claims of an assertion are good or have a problem, and good ones name us, end soon and have a jti', () => {
    const time = fc.constantFrom(undefined, now, now + 60, now + 61, now + 2 * maxAssertionLifetimeSeconds);
    const claims = fc
      .tuple(roughly({ aud: [us, [us], [us, 'https://other.example'], []], jti: ['once', ''] }), time, time)
      .map(([others, exp, iat]): Record<string, unknown> => ({ ...others, exp, iat }));
    fc.assert(
      fc.property(claims, (given) => {
        const problem = assertionProblem(given, [us], now);
        expect(['string', 'undefined']).toContain(typeof problem);
        if (problem !== undefined) return;
        expect(new Set([given.aud].flat())).toEqual(new Set([us]));
        expect(given.exp).toBeLessThanOrEqual(now + maxAssertionLifetimeSeconds);
        expect(given.jti).toMatch(/^[^]+$/);
      }),
    );
  });

  it('H2 the claims of a request object are parameters in the form of the wire, those about the JWT are none', () => {
    const claims = fc.dictionary(mostly('iss', 'aud', 'jti', 'scope', 'state', 'claims', 'request'), anyJson);
    fc.assert(
      fc.property(claims, anyText, (given, typ) => {
        const all = { ...given, client_id: 'app', aud: us };
        const parameters = requestObjectParameters(all);
        const names = parameters.map(([name]) => name);
        for (const name of ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])
          expect(names).not.toContain(name);
        expect(parameters.every(([, value]) => typeof value === 'string')).toBe(true);
        for (const [name, value] of Object.entries(given))
          if (typeof value === 'string' && names.includes(name))
            expect(parameters).toContainEqual([name, value]);
        requestObjectTypeProblem(typ);
        const isOurs = given.request === undefined && given.request_uri === undefined && given.sub !== 'app';
        expect(requestObjectProblem(all, 'app', us) === undefined).toBe(isOurs && !holdsNul(given));
      }),
    );
  });

  it('G1 a key set is good only without anything private, whatever else it holds', () => {
    const key = roughly({
      kty: ['RSA', 'EC', 'OKP', 'oct'],
      n: ['_'.repeat(342), 'AQAB'],
      e: ['AQAB'],
      d: ['secret', null],
      k: ['secret'],
      p: [''],
    });
    const jwks = fc.oneof(anyJson, fc.record({ keys: fc.array(key, { maxLength: 3 }) }));
    fc.assert(
      fc.property(jwks, (given) => {
        const problem = jwksProblem(given);
        expect(['string', 'undefined']).toContain(typeof problem);
        if (problem !== undefined) return;
        const { keys } = given as { keys: Record<string, unknown>[] };
        expect(keys.length).toBeGreaterThan(0);
        for (const { kty, d, p, k } of keys) {
          expect(['RSA', 'EC', 'OKP']).toContain(kty);
          expect([d, p, k]).toEqual([undefined, undefined, undefined]);
        }
      }),
    );
  });

  it('F2 a sector document is good exactly when it is an array with every redirection URI', () => {
    fc.assert(
      fc.property(anyJson, fc.array(anyText), (document, uris) => {
        const holdsAll = Array.isArray(document) && uris.every((uri) => document.includes(uri));
        expect(sectorDocumentProblem(document, uris) === undefined).toBe(holdsAll);
        expect(sectorDocumentProblem([...uris, document], uris)).toBeUndefined();
      }),
    );
  });

  it('nothing that was read has touched what all objects share', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).essential).toBeUndefined();
  });
});

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => name.includes('\0') || holdsNul(member));
}
