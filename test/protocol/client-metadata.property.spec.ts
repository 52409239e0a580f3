import * as fc from 'fast-check';
import { grantTypes } from '../../src/protocol/client-metadata.js';
import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../../src/protocol/client-metadata/members.js';
import { metadataProblems } from '../../src/protocol/client-metadata/rules.js';
import { clientMetadataError } from '../../src/protocol/metadata-problem.js';
import { redirectUriProblem } from '../../src/protocol/redirect-uri.js';
import { responseTypes } from '../../src/protocol/response-type.js';
import { sectorOf } from '../../src/protocol/sector.js';
import { anyJson, mostly } from '../support/arbitraries.js';

const uri = mostly(
  'https://app.example.com/cb',
  'https://app.example.com/other',
  'https://two.example.com/cb',
  'http://localhost:3000/cb',
  'com.example.app:/cb',
);
const uris = fc.array(uri, { maxLength: 3 });
const jwks = fc.oneof(
  fc.constant({
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
        y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      },
    ],
  }),
  anyJson,
) as fc.Arbitrary<ClientMetadata['jwks']>;

/** Of the right types, as the checks of single fields leave it, and else as it comes. */
const given: fc.Arbitrary<Partial<ClientMetadata>> = fc.record(
  {
    application_type: fc.constantFrom('web', 'native'),
    redirect_uris: uris,
    post_logout_redirect_uris: uris,
    backchannel_logout_uri: fc.option(uri),
    frontchannel_logout_uri: fc.option(uri),
    grant_types: fc.subarray([...grantTypes]),
    response_types: fc.subarray([...responseTypes], { maxLength: 2 }),
    token_endpoint_auth_method: fc.constantFrom('client_secret_basic', 'private_key_jwt', 'none'),
    token_endpoint_auth_signing_alg: fc.option(mostly('ES256', 'HS256')),
    subject_type: fc.constantFrom('public', 'pairwise'),
    sector_identifier_uri: fc.option(uri),
    jwks: fc.option(jwks),
    jwks_uri: fc.option(uri),
    request_object_signing_alg: fc.option(mostly('ES256')),
    require_pkce: fc.boolean(),
    rotate_refresh_tokens: fc.boolean(),
    dpop_bound_access_tokens: fc.boolean(),
    introspection_resources: fc.array(uri, { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

/** Registrations that agree with themselves come rarely by chance: those fields are made to. */
const agreeing = given
  .map((fields) => {
    const isPublic = fields.token_endpoint_auth_method === 'none';
    return {
      ...fields,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: (fields.redirect_uris ?? []).concat('https://app.example.com/cb'),
      frontchannel_logout_uri: null,
      ...(isPublic ? { require_pkce: true, rotate_refresh_tokens: true, introspection_resources: [] } : {}),
    };
  })
  .map(withDefaults)
  .filter((metadata) => metadataProblems(metadata).length === 0);

describe('Properties of client metadata', () => {
  it('defaults fill what is absent, change nothing that is there, and are filled once', () => {
    fc.assert(
      fc.property(given, (fields) => {
        const filled = withDefaults(fields);
        expect(filled).toMatchObject(fields);
        expect(withDefaults(filled)).toEqual(filled);
      }),
    );
  });

  it('any metadata is good or has problems, each with a field that exists and a reason', () => {
    fc.assert(
      fc.property(given, (fields) => {
        const metadata = withDefaults(fields);
        const before = structuredClone(metadata);
        for (const problem of metadataProblems(metadata)) {
          expect(Object.keys(problem).toSorted()).toEqual(['field', 'reason']);
          expect(problem.field).toMatch(/^[a-z_]+(\[\d\])?$/);
          expect(problem.reason).not.toBe('');
          expect(clientMetadataError(problem) === 'invalid_redirect_uri').toBe(
            problem.field.startsWith('redirect_uris'),
          );
        }
        expect(metadata).toEqual(before);
      }),
    );
  });

  it('A4 what agrees with itself has registrable URIs only', () => {
    fc.assert(
      fc.property(agreeing, (metadata) => {
        for (const each of [...metadata.redirect_uris, ...metadata.post_logout_redirect_uris])
          expect(redirectUriProblem(each, metadata.application_type)).toBeUndefined();
      }),
    );
  });

  it('F2 a bad URI is named by its place, wherever it stands', () => {
    fc.assert(
      fc.property(
        agreeing,
        fc.nat(3),
        fc.constantFrom('javascript:x', 'https://a/#', ''),
        (metadata, at, bad) => {
          const place = Math.min(at, metadata.redirect_uris.length);
          const redirect_uris = metadata.redirect_uris.toSpliced(place, 0, bad);
          const fields = metadataProblems({ ...metadata, subject_type: 'public', redirect_uris }).map(
            ({ field }) => field,
          );
          expect(fields).toEqual([`redirect_uris[${place}]`]);
        },
      ),
    );
  });

  it('A14 a public client has PKCE and rotation, and neither acts for itself nor introspects', () => {
    fc.assert(
      fc.property(agreeing, (metadata) => {
        const asPublic = { ...metadata, token_endpoint_auth_method: 'none', jwks: null, jwks_uri: null };
        const { require_pkce, rotate_refresh_tokens, introspection_resources } = asPublic;
        const isSafe = require_pkce && rotate_refresh_tokens && introspection_resources.length === 0;
        const problems = metadataProblems({
          ...asPublic,
          token_endpoint_auth_signing_alg: null,
          request_object_signing_alg: null,
        });
        expect(problems.length === 0).toBe(isSafe);
      }),
    );
  });

  it('F3 a sector is one host, does not depend on the order, and pairwise subjects need one', () => {
    fc.assert(
      fc.property(uris, (list) => {
        const sector = sectorOf({ redirect_uris: list });
        expect(sectorOf({ redirect_uris: list.toReversed() })).toBe(sector);
        expect(sectorOf({ redirect_uris: [...list, ...list] })).toBe(sector);
        if (sector !== undefined) for (const each of list) expect(new URL(each).hostname).toBe(sector);
        const problems = metadataProblems(withDefaults({ subject_type: 'pairwise', redirect_uris: list }));
        expect(problems.some(({ field }) => field === 'sector_identifier_uri')).toBe(sector === undefined);
      }),
    );
  });
});
