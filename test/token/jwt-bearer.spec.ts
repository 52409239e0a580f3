import { createHmac, randomUUID } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { TrustedIssuerRegistration } from '../../src/clients/trusted-issuers/trusted-issuer-registration.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { AdminCaller } from '../support/admin-caller.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { type Answer, expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { calendar, putResource } from '../support/resources.js';
import { alice, contacts, useServer } from '../support/server.js';
import { AssertionIssuer } from '../support/trusted-issuer.js';

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const worker = 'system:serviceaccount:shop:worker';
const idJag = { typ: 'oauth-id-jag+jwt' };

describe('I2 the JWT bearer grant', () => {
  const server = useServer(
    {},
    {
      users: [
        { ...alice, email_verified: true },
        {
          username: 'boss',
          password: alice.password,
          email: 'boss@example.com',
          email_verified: true,
          administrator: true,
        },
        {
          username: 'gone',
          password: alice.password,
          email: 'gone@example.com',
          email_verified: true,
        },
        { username: 'unsure', password: alice.password, email: 'unsure@example.com' },
      ] as never,
    },
  );
  let cluster: AssertionIssuer;
  let company: AssertionIssuer;
  let stranger: AssertionIssuer;
  let service: RelyingParty;
  let other: RelyingParty;

  beforeAll(async () => {
    await putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } });
    const { id = '' } = (await server.app.get(UsersStore).findByUsername('gone')) ?? {};
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    cluster = await AssertionIssuer.make('https://kubernetes.example.com');
    company = await AssertionIssuer.make('https://login.example.com');
    stranger = await AssertionIssuer.make('https://kubernetes.example.com');
    const registration = {
      grant_types: [grantType],
      redirect_uris: [],
      scope: 'openid contacts.read contacts.write calendar.read',
      introspection_resources: [contacts.identifier, calendar.identifier],
    };
    service = await RelyingParty.register(server, { client_id: 'service', ...registration });
    other = await RelyingParty.register(server, { client_id: 'other', ...registration });
    await cluster.register(server, {
      name: 'cluster',
      clients: ['service'],
      scope: 'contacts.read contacts.write',
      claims: { sub: ['system:serviceaccount:shop:*'] },
      max_lifetime: 600,
    });
    await company.register(server, {
      name: 'company',
      kind: 'id-jag',
      trusted_email_domains: ['example.com'],
      clients: ['service', 'other'],
      scope: 'contacts.read calendar.read',
      resources: [contacts.identifier],
    });
  });

  const present = (
    assertion: string | string[],
    fields: Record<string, string> = {},
    by = service,
  ): Promise<Answer> => by.token({ grant_type: grantType, assertion, ...fields });

  const identity = (
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> =>
    company.sign(
      server,
      {
        sub: 'U019488',
        client_id: 'service',
        resource: contacts.identifier,
        scope: 'contacts.read',
        email: alice.email,
        email_verified: true,
        ...changes,
      },
      { ...idJag, ...header },
    );

  const introspected = async (token: string): Promise<Record<string, unknown>> =>
    (await service.introspect(token)).body;

  it('a workload gets a token for its client, without a refresh token', async () => {
    const answer = await present(await cluster.sign(server));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', scope: 'contacts.read contacts.write' });
    expect(answer.body.refresh_token).toBeUndefined();
    expect(payloadOf(answer.body.access_token)).toMatchObject({
      sub: 'service',
      client_id: 'service',
      aud: contacts.identifier,
    });
    expect((await introspected(answer.body.access_token)).active).toBe(true);
  });

  it('a request may ask for less scope', async () => {
    const answer = await present(await cluster.sign(server), { scope: 'contacts.read' });
    expect(answer.body.scope).toBe('contacts.read');
  });

  it('an identity assertion gives a token for the user, limited to its scope and resource', async () => {
    const answer = await present(await identity({ scope: 'contacts.read contacts.write calendar.read' }));
    expect(answer.status).toBe(200);
    expect(answer.body.refresh_token).toBeUndefined();
    expect(answer.body.id_token).toBeUndefined();
    const user = await server.app.get(UsersStore).findByUsername('alice');
    expect(payloadOf(answer.body.access_token)).toMatchObject({
      sub: user?.id,
      client_id: 'service',
      aud: contacts.identifier,
      scope: 'contacts.read',
    });
  });

  it('its grant tells in the timeline whose assertion it came of', async () => {
    const { body } = await present(await identity());
    const admin = await AdminCaller.register(server);
    const timeline = await admin.get(`/grants/${String(payloadOf(body.access_token).grant_id)}/timeline`);
    expect(JSON.stringify(timeline.body)).toMatch(/assertion\.accepted.*company/);
  });

  it('an assertion may be used again where the policy needs no jti', async () => {
    await cluster.register(server, {
      name: 'again',
      clients: ['other'],
      scope: 'contacts.read',
      claims: { sub: [worker] },
      require_jti: false,
    });
    const jwt = await cluster.sign(server, { jti: undefined });
    expect((await present(jwt, {}, other)).status).toBe(200);
    expect((await present(jwt, {}, other)).status).toBe(200);
  });

  it('the second policy of an issuer is tried where the first does not fit', async () => {
    const forge = await AssertionIssuer.make('https://forge.example.com');
    for (const [name, repository, scope] of [
      ['shop', 'acme/shop', 'contacts.read'],
      ['docs', 'acme/docs', 'calendar.read'],
    ] as const)
      await forge.register(server, {
        name,
        clients: ['service'],
        scope,
        claims: { repository: [repository] },
      });
    const answer = await present(await forge.sign(server, { repository: 'acme/docs' }));
    expect(answer.body.scope).toBe('calendar.read');
  });

  it('of many requests with one assertion, one gets a token', async () => {
    const jwt = await cluster.sign(server);
    const answers = await Promise.all(Array.from({ length: 6 }, () => present(jwt)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(5);
  });

  it('the deletion of an issuer says what it ends, ends it, and takes no assertion of it any more', async () => {
    const leaving = await AssertionIssuer.make('https://leaving.example.com');
    await leaving.register(server, {
      name: 'leaving',
      clients: ['service'],
      scope: 'contacts.read',
      claims: { sub: [worker] },
    });
    const { body } = await present(await leaving.sign(server));
    const kept = await present(await cluster.sign(server));
    const admin = await AdminCaller.register(server);
    const foreseen = await admin.delete('/trusted-issuers/leaving?dry_run=true');
    expect(foreseen.body).toMatchObject({ grants: 1, people: 0, clients: 1 });
    expect((await introspected(body.access_token)).active).toBe(true);
    expect((await admin.delete('/trusted-issuers/leaving')).status).toBe(204);
    expect(await introspected(body.access_token)).toEqual({ active: false });
    expect((await introspected(kept.body.access_token)).active).toBe(true);
    expectRefusal(await present(await leaving.sign(server)), 400, 'invalid_grant');
  });

  it('revoking its grant ends the token', async () => {
    const { body } = await present(await identity());
    const admin = await AdminCaller.register(server);
    await admin.delete(`/grants/${String(payloadOf(body.access_token).grant_id)}`);
    expect(await introspected(body.access_token)).toEqual({ active: false });
  });

  it('metadata names the identity assertion profile while an issuer of them is trusted', async () => {
    const document = async (): Promise<Record<string, unknown>> =>
      (await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json()) as never;
    const member = 'authorization_grant_profiles_supported';
    expect((await document())[member]).toEqual(['urn:ietf:params:oauth:grant-profile:id-jag']);
    const registration = server.app.get(TrustedIssuerRegistration);
    const stored = await registration.require('company');
    const members = { name: 'company', ...stored.members } as never;
    await registration.put({ ...(members as object), enabled: false } as never, 'test');
    expect((await document())[member]).toBeUndefined();
    expectRefusal(await present(await identity()), 400, 'invalid_grant');
    await registration.put(members, 'test');
  });

  describe('is refused, and issues nothing,', () => {
    async function expectNothing(work: () => Promise<Answer>, error: string, status = 400): Promise<void> {
      const before = await everyRow(server);
      expectRefusal(await work(), status, error);
      const written = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
      expect(written.filter((table) => table !== 'refusals')).toEqual([]);
    }
    const now = (): number => server.clock.now();

    it.each<[string, () => Record<string, unknown>, Record<string, unknown>?]>([
      ['another audience', () => ({ aud: 'https://other.example.com' })],
      ['a second audience', () => ({ aud: [server.issuer, 'https://other.example.com'] })],
      ['the token endpoint as audience', () => ({ aud: `${server.issuer}/token` })],
      ['no audience', () => ({ aud: undefined })],
      ['an empty list of audiences', () => ({ aud: [] })],
      ['an audience that is a number', () => ({ aud: 7 })],
      ['an issuer that is unknown', () => ({ iss: 'https://unknown.example.com' })],
      ['an issuer with a slash more', () => ({ iss: 'https://kubernetes.example.com/' })],
      ['no issuer', () => ({ iss: undefined })],
      ['an issuer that is a number', () => ({ iss: 7 })],
      ['no subject', () => ({ sub: undefined })],
      ['an empty subject', () => ({ sub: '' })],
      ['a subject that is too long', () => ({ sub: `system:serviceaccount:shop:${'x'.repeat(1_024)}` })],
      ['a subject of another namespace', () => ({ sub: 'system:serviceaccount:bank:worker' })],
      ['a subject in other case', () => ({ sub: 'System:serviceaccount:shop:worker' })],
      ['a subject that is a list', () => ({ sub: [worker] })],
      ['no expiry', () => ({ exp: undefined })],
      ['an expiry in the past', () => ({ iat: now() - 400, exp: now() - 60 })],
      ['an expiry that is far away', () => ({ iat: undefined, exp: now() + 86_400 })],
      ['a lifetime that is too long', () => ({ iat: now() - 500, exp: now() + 300 })],
      ['an expiry that is text', () => ({ exp: String(now() + 300) })],
      ['an nbf ahead', () => ({ nbf: now() + 120 })],
      ['an iat ahead', () => ({ iat: now() + 120 })],
      ['an iat that is text', () => ({ iat: 'now' })],
      ['no jti', () => ({ jti: undefined })],
      ['an empty jti', () => ({ jti: '' })],
      ['a jti that is a number', () => ({ jti: 7 })],
      ['the type of an access token', () => ({}), { typ: 'at+jwt' }],
      ['the type of a security event', () => ({}), { typ: 'secevent+jwt' }],
      ['the type of an identity assertion', () => ({}), idJag],
      ['a type that is a number', () => ({}), { typ: 7 }],
      ['an unknown kid', () => ({}), { kid: 'two' }],
      ['a critical header that is not known', () => ({}), { crit: ['exp'], exp: 1 }],
    ])('an assertion with %s', async (_title, changes, header = {}) => {
      const jwt = await cluster.sign(server, changes(), header).catch(() => 'a.b.c');
      await expectNothing(() => present(jwt), 'invalid_grant');
    });

    it.each<[string, () => Record<string, unknown>, Record<string, unknown>?]>([
      ['the client_id of another client', () => ({ client_id: 'other' })],
      ['no client_id', () => ({ client_id: undefined })],
      ['a list of clients', () => ({ client_id: ['service'] })],
      ['no type', () => ({}), { typ: undefined }],
      ['the type JWT', () => ({}), { typ: 'JWT' }],
      ['another audience', () => ({ aud: 'https://other.example.com' })],
      ['an audience beside us', () => ({ aud: [server.issuer, 'https://other.example.com'] })],
      ['a lifetime of an hour', () => ({ exp: now() + 3_600 })],
      ['no jti', () => ({ jti: undefined })],
      ['a key that the request does not prove', () => ({ cnf: { jkt: 'x'.repeat(43) } })],
      ['a confirmation that is unknown', () => ({ cnf: { kid: 'one' } })],
      ['a confirmation that is empty', () => ({ cnf: {} })],
      ['a confirmation that is text', () => ({ cnf: 'x' })],
      ['an address that is not verified there', () => ({ email_verified: false })],
      ['a verification that is text', () => ({ email_verified: 'true' })],
      ['an address that is not verified here', () => ({ email: 'unsure@example.com' })],
      ['an address of another domain', () => ({ email: 'alice@elsewhere.example' })],
      ['an address of nobody', () => ({ email: 'nobody@example.com' })],
      ['the address of an administrator', () => ({ email: 'boss@example.com' })],
      ['the address of somebody who is disabled', () => ({ email: 'gone@example.com' })],
      ['no address', () => ({ email: undefined })],
      ['a scope that is a list', () => ({ scope: ['contacts.read'] })],
      ['a resource that is a number', () => ({ resource: 7 })],
      ['no resource in a list', () => ({ resource: [] })],
    ])('an identity assertion with %s', async (_title, changes, header = {}) => {
      await expectNothing(async () => present(await identity(changes(), header)), 'invalid_grant');
    });

    it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
      ['a resource that is unknown', { resource: 'https://unknown.example.com' }, {}, 'invalid_target'],
      ['a resource beyond the policy', { resource: calendar.identifier }, {}, 'invalid_target'],
      [
        'a resource in the request beyond the assertion',
        {},
        { resource: calendar.identifier },
        'invalid_target',
      ],
      ['a scope in the request beyond the assertion', {}, { scope: 'calendar.read' }, 'invalid_scope'],
      ['a scope of OpenID Connect', { scope: 'openid' }, {}, 'invalid_scope'],
      ['a scope beyond the policy', { scope: 'contacts.write' }, {}, 'invalid_scope'],
      ['an empty scope', { scope: '' }, {}, 'invalid_scope'],
      ['a scope that has nothing at the resource', { scope: 'calendar.read' }, {}, 'invalid_scope'],
    ])('an identity assertion with %s', async (_title, changes, fields, error) => {
      await expectNothing(async () => present(await identity(changes), fields), error);
    });

    it.each<[string, string | string[], string]>([
      ['no assertion', '', 'invalid_request'],
      ['what is no JWT', 'abc', 'invalid_grant'],
      ['what is no JWT either', 'a.b.c', 'invalid_grant'],
      ['an assertion that is huge', `e30.${'A'.repeat(20_000)}.AA`, 'invalid_grant'],
      ['two assertions', ['a', 'b'], 'invalid_request'],
      ['an assertion without signature', unsigned(), 'invalid_grant'],
    ])('%s', async (_title, assertion, error) => {
      await expectNothing(() => present(assertion), error);
    });

    it('an assertion signed with the public key as a secret', async () => {
      const pem = await exportSPKI((await importJWK(cluster.keys.publicJwk, 'ES256')) as never);
      const [, payload] = (await cluster.sign(server)).split('.');
      const input = `${base64url({ alg: 'HS256', kid: 'one' })}.${payload}`;
      const mac = createHmac('sha256', pem).update(input).digest('base64url');
      await expectNothing(() => present(`${input}.${mac}`), 'invalid_grant');
    });

    it('an assertion with the signature of somebody else, or of another assertion', async () => {
      await expectNothing(async () => present(await stranger.sign(server)), 'invalid_grant');
      const [header, payload] = (await cluster.sign(server)).split('.');
      const [, , signature] = (await cluster.sign(server)).split('.');
      await expectNothing(() => present(`${header}.${payload}.${signature}`), 'invalid_grant');
    });

    it('an assertion that was used', async () => {
      const jwt = await cluster.sign(server);
      expect((await present(jwt)).status).toBe(200);
      await expectNothing(() => present(jwt), 'invalid_grant');
    });

    it('an assertion for which another client is trusted', async () => {
      const registration = await RelyingParty.register(server, {
        client_id: 'third',
        grant_types: [grantType],
        redirect_uris: [],
        scope: 'contacts.read',
      });
      await expectNothing(async () => present(await cluster.sign(server), {}, registration), 'invalid_grant');
      await expectNothing(async () => present(await identity(), {}, other), 'invalid_grant');
    });

    it('a client that is not registered for the grant, or does not authenticate', async () => {
      const plain = await RelyingParty.register(server, { client_id: 'plain' });
      await expectNothing(async () => present(await cluster.sign(server), {}, plain), 'unauthorized_client');
      const answer = async (): Promise<Answer> =>
        service.as('none').token({ grant_type: grantType, assertion: await cluster.sign(server) });
      expectRefusal(await answer(), 401, 'invalid_client');
    });
  });
});

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unsigned(): string {
  return `${base64url({ alg: 'none' })}.${base64url({ iss: 'https://kubernetes.example.com', sub: worker, jti: randomUUID() })}.`;
}
