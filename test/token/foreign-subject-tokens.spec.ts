import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { AdminCaller } from '../support/admin-caller.js';
import { changesOfRows, everyRow, isHousekeeping } from '../support/database-rows.js';
import { type Answer, expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { calendar, mail, putResource } from '../support/resources.js';
import { alice, contacts, useServer } from '../support/server.js';
import { AssertionIssuer } from '../support/trusted-issuer.js';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const gatewayUrl = 'https://gateway.example.com';
const accessToken = { typ: 'at+jwt' };

describe('I2 the exchange of tokens of other issuers', () => {
  const server = useServer(
    {},
    {
      users: [
        { ...alice, email_verified: true },
        { username: 'boss', password: alice.password, administrator: true },
        { username: 'gone', password: alice.password },
      ] as never,
    },
  );
  let company: AssertionIssuer;
  let gateway: RelyingParty;
  let other: RelyingParty;
  let aliceId: string | undefined;

  beforeAll(async () => {
    await putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } }, mail);
    company = await AssertionIssuer.make('https://login.example.com');
    gateway = await registerGateway('gateway');
    other = await registerGateway('other');
    await trust('company');
    const { id = '' } = (await server.app.get(UsersStore).findByUsername('gone')) ?? {};
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    aliceId = (await server.app.get(UsersStore).findByUsername('alice'))?.id;
  });

  const registerGateway = (client_id: string, changes: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, {
      client_id,
      grant_types: [grantType],
      redirect_uris: [],
      introspection_resources: [contacts.identifier, calendar.identifier],
      token_exchange_clients: ['gateway'],
      token_exchange_resources: [contacts.identifier, calendar.identifier],
      scope: 'openid contacts.read contacts.write calendar.read mail.send',
      ...changes,
    });

  const trust = (name: string, members: object = {}): Promise<void> =>
    company.register(server, {
      name,
      kind: 'subject-token',
      audiences: [gatewayUrl],
      username_claim: 'preferred_username',
      clients: ['gateway'],
      scope: 'contacts.read calendar.read',
      ...members,
    });

  const token = (
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = accessToken,
  ): Promise<string> =>
    company.sign(
      server,
      { sub: 'U1', aud: gatewayUrl, jti: undefined, preferred_username: 'alice', ...changes },
      header,
    );

  const exchange = (
    subjectToken: string | string[],
    fields: Record<string, string | string[]> = {},
    by = gateway,
  ): Promise<Answer> =>
    by.token({
      grant_type: grantType,
      subject_token: subjectToken,
      subject_token_type: jwtType,
      ...fields,
    });

  const introspected = async (issued: string): Promise<Record<string, unknown>> =>
    (await gateway.introspect(issued)).body;

  it.each([
    ['an access token', accessToken],
    ['a JWT', {}],
  ])('a service that was called with %s acts for its person', async (_what, header) => {
    const answer = await exchange(await token({}, header), { resource: calendar.identifier });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      scope: 'calendar.read',
    });
    expect(answer.body.refresh_token).toBeUndefined();
    const payload = payloadOf(answer.body.access_token);
    expect(payload).toMatchObject({
      iss: server.issuer,
      sub: aliceId,
      aud: calendar.identifier,
      client_id: 'gateway',
      act: { sub: 'gateway' },
      scope: 'calendar.read',
    });
    expect(await introspected(answer.body.access_token)).toMatchObject({
      active: true,
      sub: aliceId,
      act: { sub: 'gateway' },
    });
  });

  it('the same token is exchanged for several resources, and resource and audience name them alike', async () => {
    const subject = await token();
    const both = { resource: calendar.identifier, audience: contacts.identifier };
    expect(payloadOf((await exchange(subject, both)).body.access_token).aud).toEqual(
      expect.arrayContaining([calendar.identifier, contacts.identifier]),
    );
    const one = await exchange(subject, { audience: contacts.identifier });
    expect(one.body.scope).toBe('contacts.read');
    expect(payloadOf(one.body.access_token).aud).toBe(contacts.identifier);
    expect((await exchange(subject)).body.scope).toBe('contacts.read calendar.read');
  });

  it('the new token lasts no longer than the subject token', async () => {
    const exp = server.clock.now() + 100;
    const answer = await exchange(await token({ exp }));
    expect(payloadOf(answer.body.access_token).exp).toBe(exp);
    expect(answer.body.expires_in).toBeLessThanOrEqual(100);
  });

  it('as an opaque token it says the same', async () => {
    const opaque = await registerGateway('opaque', { access_token_format: 'opaque' });
    await trust('for-opaque', { clients: ['opaque'] });
    const { body } = await exchange(await token(), { scope: 'contacts.read' }, opaque);
    expect(await introspected(body.access_token)).toMatchObject({
      active: true,
      sub: aliceId,
      client_id: 'opaque',
      act: { sub: 'opaque' },
      scope: 'contacts.read',
    });
  });

  it('a service that gets the new token exchanges it on, and the chain grows', async () => {
    const { body } = await exchange(await token());
    const next = await registerGateway('next');
    const answer = await next.token({
      grant_type: grantType,
      subject_token: body.access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: calendar.identifier,
    });
    expect(payloadOf(answer.body.access_token).act).toEqual({ sub: 'next', act: { sub: 'gateway' } });
  });

  it('a token whose may_act names the service is exchanged', async () => {
    expect((await exchange(await token({ may_act: { sub: 'gateway' } }))).status).toBe(200);
  });

  it('deleting the issuer ends the tokens, and the timeline tells whose token it was', async () => {
    const by = await registerGateway('ending');
    await trust('ending', { clients: ['ending'] });
    const { body } = await exchange(await token(), {}, by);
    const admin = await AdminCaller.register(server);
    const timeline = await admin.get(`/grants/${payloadOf(body.access_token).grant_id as string}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain('"trusted_issuer":"ending"');
    expect((await admin.delete('/trusted-issuers/ending')).status).toBe(204);
    expect(await introspected(body.access_token)).toEqual({ active: false });
  });

  describe('is refused, and writes nothing,', () => {
    async function expectNothing(work: () => Promise<Answer>, error = 'invalid_request'): Promise<void> {
      const before = await everyRow(server);
      expectRefusal(await work(), 400, error);
      const changes = changesOfRows(before, await everyRow(server));
      expect(changes.filter((change) => !isHousekeeping(change))).toEqual([]);
    }

    it.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
      ['for another audience', { aud: 'https://other.example.com' }],
      ['for this server', { aud: undefined }],
      ['for another audience beside that of the service', { aud: [gatewayUrl, 'https://other.example.com'] }],
      ['that has expired', { exp: 1 }],
      ['that is not valid yet', { nbf: 4_000_000_000 }],
      ['that lasts too long', { exp: 4_000_000_000 }],
      ['without sub', { sub: undefined }],
      ['of another issuer', { iss: 'https://other.example.com' }],
      ['about nobody who exists here', { preferred_username: 'nobody' }],
      ['about somebody who is disabled', { preferred_username: 'gone' }],
      ['about an administrator who is not linked', { preferred_username: 'boss' }],
      ['with which somebody acts already', { act: { sub: 'gateway' } }],
      ['with which another client may act', { may_act: { sub: 'other' } }],
      ['with which a client of another issuer may act', { may_act: { sub: 'gateway', iss: 'https://x' } }],
      ['with a may_act that is no object', { may_act: 'gateway' }],
      ['with a may_act that is null', { may_act: null }],
      ['of a tenant', { tenant: 'acme' }],
      ['that is an identity assertion', {}, { typ: 'oauth-id-jag+jwt' }],
      ['that is a logout token', {}, { typ: 'logout+jwt' }],
    ])('a token %s', async (_title, changes, header = accessToken) => {
      const audience = 'aud' in changes && changes['aud'] === undefined ? { aud: server.issuer } : {};
      const subject = await token({ ...changes, ...audience }, header);
      await expectNothing(() => exchange(subject));
    });

    it.each<[string, Record<string, string | string[]>, string]>([
      ['a scope beyond the policy', { scope: 'contacts.write' }, 'invalid_scope'],
      ['a scope of OpenID Connect', { scope: 'openid' }, 'invalid_scope'],
      ['a resource that is unknown', { resource: 'https://unknown.example.com' }, 'invalid_target'],
      ['a resource beyond the client', { resource: mail.identifier }, 'invalid_target'],
      [
        'an identity assertion',
        { requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag' },
        'invalid_request',
      ],
      [
        'authorization details',
        { authorization_details: '[{"type":"contact_list"}]' },
        'invalid_authorization_details',
      ],
    ])('a request for %s', async (_title, fields, error) => {
      const subject = await token();
      await expectNothing(() => exchange(subject, fields), error);
    });

    it('a resource beyond the policy', async () => {
      const narrow = await registerGateway('narrow');
      await trust('narrow', { clients: ['narrow'], resources: [contacts.identifier] });
      const subject = await token();
      const both = { resource: [contacts.identifier, calendar.identifier] };
      await expectNothing(() => exchange(subject, both, narrow), 'invalid_target');
      expect((await exchange(subject, {}, narrow)).body.scope).toBe('contacts.read');
    });

    it('a client that the policy does not name', async () => {
      const subject = await token();
      await expectNothing(() => exchange(subject, {}, other));
    });

    it('what is no JWT, and a JWT that is not signed by the issuer', async () => {
      const stranger = await AssertionIssuer.make('https://login.example.com');
      const forged = await stranger.sign(server, { aud: gatewayUrl, preferred_username: 'alice' });
      for (const subject of ['x', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(20_000), forged])
        await expectNothing(() => exchange(subject));
    });

    it('such a token as an assertion, and an assertion as such a token', async () => {
      const both = await registerGateway('both', {
        grant_types: [grantType, 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      });
      await trust('both', { clients: ['both'] });
      const assertion = await token({}, {});
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
      await expectNothing(() => both.token(grant), 'invalid_grant');

      await trust('both', { clients: ['both'], kind: 'jwt', subject: 'user' });
      const [first, second] = [await token({ jti: 'a' }, {}), await token({ jti: 'b' }, {})];
      await expectNothing(() => exchange(first, {}, both));
      expect((await both.token({ ...grant, assertion: second })).status).toBe(200);
    });
  });

  it.each<[string, object, string]>([
    ['without audiences', { audiences: [] }, 'audiences are required'],
    ['about clients', { subject: 'client', claims: { sub: ['x'] } }, 'subject is user'],
    ['without a way to find the user', { username_claim: undefined }, 'subject needs upstream'],
  ])('a policy %s is not registered', async (_what, members, reason) => {
    await expect(trust('wrong', members)).rejects.toMatchObject({
      violations: [{ message: expect.stringContaining(reason) as string }],
    });
  });
});
