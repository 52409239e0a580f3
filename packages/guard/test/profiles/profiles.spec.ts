import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerOptions, type ProfileName } from '@eyrie/guard';
import type { IssuerVerifier } from '../../src/issuer/issuer-verifier.js';
import { Clock } from '../support/clock.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import type { TokenShape } from '../support/products/product.js';
import { product, products } from '../support/products/products.js';
import { INVALID, verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

/** Claims of {@link LocalIssuer} that not every product has. */
const NONE = { client_id: undefined, scope: undefined, jti: undefined, aud: undefined, sub: undefined };

let issuer: LocalIssuer;

beforeAll(async () => {
  issuer = await LocalIssuer.start();
});

afterAll(() => issuer.close());

const mint = ({ header, claims }: TokenShape): Promise<string> => issuer.mint({ ...NONE, ...claims }, header);

const verifier = (
  profile: ProfileName,
  audience: string,
  options: Partial<BearerOptions> = {},
): IssuerVerifier => verifierOf(issuer, new Clock(), { profile, audience, ...options });

describe.each(Object.entries(products))(
  'Tokens of %s',
  (_product, { profile, audience, person, machine, read, others }) => {
    it('the access token of a person passes, and its client, scopes and roles are read', async () => {
      const token = await verifier(profile, audience).verify(await mint(person));
      expect(token).toMatchObject({ subject: person.claims['sub'], clientId: read.clientId });
      expect([...token.scopes]).toEqual(read.scopes);
      expect([...(token.roles ?? [])]).toEqual(read.roles);
    });

    it('the access token of a client passes', async () => {
      const token = await verifier(profile, audience).verify(await mint(machine));
      expect(token).toHaveProperty('subject', machine.claims['sub']);
    });

    it('an access token for another service does not pass', async () => {
      const elsewhere = verifier(profile, 'https://calendar.example.com');
      await expect(elsewhere.verify(await mint(person))).rejects.toThrow('another audience');
    });

    it('every other token does not pass', async () => {
      const here = verifier(profile, audience);
      for (const [kind, shape] of Object.entries(others)) {
        const outcome = await here.verify(await mint(shape)).then(
          () => 'passed',
          (error: Error) => error.name,
        );
        expect([kind, outcome]).toEqual([kind, 'InvalidToken']);
      }
    });

    it('by default, nothing passes but what RFC 9068 describes', async () => {
      const strict = verifierOf(issuer, new Clock(), { audience });
      const isStrict = person.header['typ'] === 'at+jwt' && 'client_id' in person.claims;
      const outcome = strict.verify(await mint(person)).then(
        ({ subject }) => subject,
        (error: Error) => error.name,
      );
      expect(await outcome).toBe(isStrict ? person.claims['sub'] : INVALID.name);
    });
  },
);

describe('A profile', () => {
  const keycloak = product('Keycloak');

  it('gives way to the options scopes and roles', async () => {
    const token = await verifier('keycloak', 'contacts', {
      scopes: { claim: 'resource_access.contacts.roles', names: { reader: 'contacts.read' } },
      roles: { claim: 'realm_access.roles', names: { staff: ['employee', 'insider'] } },
    }).verify(await mint(keycloak.person));
    expect([...token.scopes]).toEqual(['contacts.read']);
    expect([...(token.roles ?? [])]).toEqual(['employee', 'insider', 'offline_access']);
  });

  it('reads the roles of an audience with dots in its name', async () => {
    const claims = {
      ...keycloak.person.claims,
      aud: AUDIENCE,
      resource_access: { [AUDIENCE]: { roles: ['reader'] } },
    };
    const token = await verifier('keycloak', AUDIENCE).verify(await mint({ ...keycloak.person, claims }));
    expect(token.roles).toContain('reader');
  });

  it.each([7, { roles: 'admin' }, null, [['admin']], ['admin', 7]])(
    'an optional claim of an odd shape, %j, grants nothing and refuses nothing',
    async (odd) => {
      const claims = {
        ...product('Auth0').person.claims,
        scope: odd,
        permissions: odd,
        azp: odd,
        client_id: 'app',
      };
      const token = await verifier('auth0', AUDIENCE).verify(await mint({ header: { typ: 'JWT' }, claims }));
      expect([token.scopes.size, token.roles?.size, token.clientId]).toEqual([0, 0, 'app']);
    },
  );

  it.each([
    ['nbf', '0'],
    ['iat', 'yesterday'],
    ['exp', '9999999999'],
  ])('a time that limits a token, %s, still refuses it if it is malformed', async (claim, value) => {
    const { person } = product('Zitadel');
    const odd = { ...person, claims: { ...person.claims, [claim]: value } };
    await expect(verifier('jwt', '2244').verify(await mint(odd))).rejects.toMatchObject(INVALID);
  });

  it('a role that is a text with spaces is one role', async () => {
    const { person } = product('Ory Hydra');
    const claims = { ...person.claims, roles: 'Domain Users' };
    const token = await verifier('jwt', AUDIENCE).verify(await mint({ ...person, claims }));
    expect([...(token.roles ?? [])]).toEqual(['Domain Users']);
  });

  it('without sub, the subject is the client, if there is one', async () => {
    const claims = { aud: AUDIENCE, client_id: 'batch', scope: 'contacts.read' };
    const jwt = verifier('jwt', AUDIENCE);
    expect(await jwt.verify(await mint({ header: { typ: 'JWT' }, claims }))).toHaveProperty(
      'subject',
      'batch',
    );
    const nobody = { ...claims, client_id: undefined };
    await expect(jwt.verify(await mint({ header: { typ: 'JWT' }, claims: nobody }))).rejects.toMatchObject(
      INVALID,
    );
  });

  it.each(['keycloack', 'toString', ''])('named %j stops the start', (profile) => {
    const options = { issuer: issuer.url, audience: AUDIENCE, profile: profile as ProfileName };
    expect(() => BearerModule.forRoot(options)).toThrow('profile must be one of rfc9068, keycloak, entra');
  });
});
