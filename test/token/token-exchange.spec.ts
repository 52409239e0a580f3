import { ClientRegistration } from '../../src/clients/client-registration.js';
import { AdminCaller } from '../support/admin-caller.js';
import { TestBrowser } from '../support/browser.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { type Answer, expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { calendar, mail, putResource } from '../support/resources.js';
import { alice, contacts, useServer } from '../support/server.js';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const type = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
const served = [contacts.identifier, calendar.identifier, mail.identifier];
const scope = 'openid offline_access contacts.read contacts.write calendar.read';

describe('I2 token exchange', () => {
  const server = useServer({}, { users: [alice] });
  let writer: RelyingParty;
  /** A service at the contacts that calls on to the calendar. */
  let gateway: RelyingParty;
  let browser: TestBrowser;

  beforeAll(async () => {
    await putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } }, mail);
    browser = new TestBrowser(server.issuer);
    writer = await RelyingParty.register(server, { scope }, browser);
    gateway = await registerGateway('gateway');
  });

  const registerGateway = (client_id: string, changes: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, {
      client_id,
      grant_types: [grantType, 'client_credentials'],
      redirect_uris: [],
      introspection_resources: served,
      token_exchange_clients: [writer.clientId, 'gateway', 'second', 'third', 'fourth', 'fifth'],
      token_exchange_resources: [contacts.identifier, calendar.identifier],
      scope: 'contacts.read calendar.read mail.send',
      ...changes,
    });

  const exchange = (
    token: string,
    fields: Record<string, string | string[]> = {},
    by = gateway,
    of = 'access_token',
  ): Promise<Answer> =>
    by.token({ grant_type: grantType, subject_token: token, subject_token_type: type(of), ...fields });

  const introspected = async (token: string): Promise<Record<string, unknown>> =>
    (await gateway.introspect(token)).body;

  it('a service gets a token for the next service, which names the person, the service and less scope', async () => {
    const tokens = await writer.tokens();
    const answer = await exchange(tokens.access_token, { resource: calendar.identifier });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      issued_token_type: type('access_token'),
      token_type: 'Bearer',
      scope: 'calendar.read',
    });
    expect(answer.body.refresh_token).toBeUndefined();
    const subject = payloadOf(tokens.access_token);
    expect(payloadOf(answer.body.access_token)).toMatchObject({
      sub: subject.sub,
      grant_id: subject.grant_id,
      aud: calendar.identifier,
      client_id: 'gateway',
      scope: 'calendar.read',
      act: { sub: 'gateway' },
    });
    expect(await introspected(answer.body.access_token)).toMatchObject({
      active: true,
      sub: subject.sub,
      act: { sub: 'gateway' },
    });
  });

  it('as an opaque token it says the same at introspection', async () => {
    const opaque = await registerGateway('opaque', { access_token_format: 'opaque' });
    const tokens = await writer.tokens();
    const answer = await exchange(tokens.access_token, { scope: 'contacts.read' }, opaque);
    expect(await introspected(answer.body.access_token)).toMatchObject({
      active: true,
      sub: payloadOf(tokens.access_token).sub,
      client_id: 'opaque',
      aud: contacts.identifier,
      scope: 'contacts.read',
      act: { sub: 'opaque' },
    });
  });

  it('the chain of those who acted grows, up to its bound', async () => {
    let { access_token: token } = await writer.tokens();
    for (const name of ['gateway', 'second', 'third', 'fourth']) {
      const by = name === 'gateway' ? gateway : await registerGateway(name);
      const answer = await exchange(token, {}, by);
      expect(answer.status).toBe(200);
      token = answer.body.access_token;
    }
    expect(payloadOf(token).act).toEqual({
      sub: 'fourth',
      act: { sub: 'third', act: { sub: 'second', act: { sub: 'gateway' } } },
    });
    expectRefusal(await exchange(token, {}, await registerGateway('fifth')), 400, 'invalid_request');
  });

  it('the new token never lasts longer than the subject token', async () => {
    const tokens = await writer.tokens();
    server.clock.advance(500);
    const answer = await exchange(tokens.access_token);
    expect(payloadOf(answer.body.access_token).exp).toBe(payloadOf(tokens.access_token).exp);
    server.clock.advance(200);
  });

  it.each([
    ['refresh_token', 'refresh_token'],
    ['id_token', 'id_token'],
  ] as const)('a subject token may be a %s, which stays as it is', async (of, member) => {
    const tokens = await writer.tokens();
    const answer = await exchange(tokens[member], {}, gateway, of);
    expect(answer.body).toMatchObject({ scope: 'contacts.read calendar.read' });
    expect(payloadOf(answer.body.access_token)).toMatchObject({
      grant_id: payloadOf(tokens.access_token).grant_id,
      sub: payloadOf(tokens.id_token).sub,
    });
    expect((await writer.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('the client may name itself by a token of its own', async () => {
    const own = await gateway.token({ grant_type: 'client_credentials', scope: 'mail.send' });
    const { access_token } = await writer.tokens();
    const fields = { actor_token: own.body.access_token, actor_token_type: type('access_token') };
    expect((await exchange(access_token, fields)).status).toBe(200);
  });

  it('revoking the grant ends the exchanged tokens, and the timeline and the activity tell of them', async () => {
    const party = await RelyingParty.register(server, { client_id: 'told', scope }, browser);
    const by = await registerGateway('teller', { client_name: 'Teller', token_exchange_clients: ['told'] });
    const tokens = await party.tokens();
    const { body } = await exchange(tokens.access_token, {}, by);
    const admin = await AdminCaller.register(server);
    const grantId = payloadOf(body.access_token).grant_id as string;
    const timeline = await admin.get(`/grants/${grantId}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain('token.exchanged');
    expect((await browser.open('/account/activity')).html).toContain('Teller acted for you');
    await party.revoke(tokens.refresh_token);
    expect(await introspected(body.access_token)).toEqual({ active: false });
  });

  it('disabling the client that exchanged, or the one that was given the grant, ends them too', async () => {
    const registration = server.app.get(ClientRegistration);
    for (const disabled of ['disabled-writer', 'disabled-gateway']) {
      for (const format of ['jwt', 'opaque']) {
        const suffix = `${disabled}-${format}`;
        const party = await RelyingParty.register(server, { client_id: `${suffix}-w`, scope }, browser);
        const by = await registerGateway(`${suffix}-g`, {
          token_exchange_clients: [party.clientId],
          access_token_format: format,
        });
        const { body } = await exchange((await party.tokens()).access_token, {}, by);
        expect((await introspected(body.access_token)).active).toBe(true);
        const which = disabled === 'disabled-writer' ? party : by;
        await registration.setDisabled(which.clientId, true, 'test');
        expect(await introspected(body.access_token)).toEqual({ active: false });
      }
    }
  });

  it('its revocation by the client that exchanged leaves the subject token alone', async () => {
    const tokens = await writer.tokens();
    const { body } = await exchange(tokens.access_token);
    await gateway.revoke(body.access_token);
    expect(await introspected(body.access_token)).toEqual({ active: false });
    expect((await introspected(tokens.access_token)).active).toBe(true);
  });

  describe('is refused, and writes nothing,', () => {
    let tokens: Answer['body'];
    beforeAll(async () => {
      tokens = await writer.tokens();
    });

    async function expectNothing(work: () => Promise<Answer>, status: number, error: string): Promise<void> {
      const before = await everyRow(server);
      expectRefusal(await work(), status, error);
      const written = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
      expect(written.filter((table) => table !== 'refusals')).toEqual([]);
    }

    it.each<[string, Record<string, string | string[]>, string]>([
      ['a subject token that is unknown', { subject_token: 'x'.repeat(43) }, 'invalid_request'],
      ['an empty subject token', { subject_token: '' }, 'invalid_request'],
      ['a JWT that is not ours', { subject_token: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request'],
      ['two subject tokens', { subject_token: ['a', 'b'] }, 'invalid_request'],
      ['no type', { subject_token_type: '' }, 'invalid_request'],
      ['a type that is unknown', { subject_token_type: type('saml2') }, 'invalid_request'],
      [
        'an access token as a refresh token',
        { subject_token_type: type('refresh_token') },
        'invalid_request',
      ],
      ['an access token as an ID token', { subject_token_type: type('id_token') }, 'invalid_request'],
      ['a refresh token as the result', { requested_token_type: type('refresh_token') }, 'invalid_request'],
      ['an ID token as the result', { requested_token_type: type('id_token') }, 'invalid_request'],
      ['an actor_token without its type', { actor_token: 'x' }, 'invalid_request'],
      ['actor_token_type alone', { actor_token_type: type('access_token') }, 'invalid_request'],
      [
        'an unknown actor_token',
        { actor_token: 'x', actor_token_type: type('access_token') },
        'invalid_request',
      ],
      ['a resource that is unknown', { resource: 'https://unknown.example.com' }, 'invalid_target'],
      ['a resource that is malformed', { resource: 'calendar' }, 'invalid_target'],
      ['an audience that is unknown', { audience: 'urn:example:unknown' }, 'invalid_target'],
      ['a resource beyond its policy', { resource: mail.identifier }, 'invalid_target'],
      [
        'one resource of two beyond its policy',
        { resource: [calendar.identifier, mail.identifier] },
        'invalid_target',
      ],
      ['the server itself as the target', { resource: 'https://id.example.com' }, 'invalid_target'],
      ['a scope that the subject token has not', { scope: 'mail.send' }, 'invalid_scope'],
      ['a scope that only the subject token has', { scope: 'contacts.write' }, 'invalid_scope'],
      ['a scope of OpenID Connect', { scope: 'openid' }, 'invalid_scope'],
      ['a scope of the admin API', { scope: 'eyrie.admin' }, 'invalid_scope'],
      [
        'a scope of another resource',
        { scope: 'contacts.read', resource: calendar.identifier },
        'invalid_target',
      ],
    ])('%s', async (_title, fields, error) => {
      await expectNothing(() => exchange(tokens.access_token, fields), 400, error);
    });

    it('the token of a person as actor_token', async () => {
      const fields = { actor_token: tokens.access_token, actor_token_type: type('access_token') };
      await expectNothing(() => exchange(tokens.access_token, fields), 400, 'invalid_request');
    });

    it('a client without the grant type', async () => {
      await expectNothing(() => exchange(tokens.access_token, {}, writer), 400, 'unauthorized_client');
    });

    it('a client without a policy', async () => {
      const by = await registerGateway('no-policy', {
        token_exchange_clients: [],
        token_exchange_resources: [],
      });
      await expectNothing(() => exchange(tokens.access_token, {}, by), 400, 'invalid_request');
    });

    it('a token of a client that the policy does not name', async () => {
      const by = await registerGateway('others-only', { token_exchange_clients: ['other'] });
      await expectNothing(() => exchange(tokens.access_token, {}, by), 400, 'invalid_request');
    });

    it('a token that the client has no business with, as it is for another resource', async () => {
      const by = await registerGateway('elsewhere', { introspection_resources: [mail.identifier] });
      await expectNothing(() => exchange(tokens.access_token, {}, by), 400, 'invalid_request');
    });

    it('a token with which a client acts for itself', async () => {
      const own = await gateway.token({ grant_type: 'client_credentials', scope: 'contacts.read' });
      await expectNothing(() => exchange(own.body.access_token), 400, 'invalid_request');
    });

    it('an exchanged token whose holder the policy does not name', async () => {
      const { body } = await exchange(tokens.access_token);
      const by = await registerGateway('no-chain', { token_exchange_clients: [writer.clientId] });
      await expectNothing(() => exchange(body.access_token, {}, by), 400, 'invalid_request');
    });

    it('a refresh token that was rotated, and all tokens of a revoked grant', async () => {
      const party = await RelyingParty.register(server, { client_id: 'revoking', scope }, browser);
      const by = await registerGateway('revoked-only', { token_exchange_clients: ['revoking'] });
      const first = await party.tokens();
      const second = (await party.refresh(first.refresh_token)).body;
      const refuse = (token: string, of: string): Promise<void> =>
        expectNothing(() => exchange(token, {}, by, of), 400, 'invalid_request');
      await refuse(first.refresh_token, 'refresh_token');
      await party.revoke(second.refresh_token);
      await refuse(second.refresh_token, 'refresh_token');
      await refuse(first.id_token, 'id_token');
      await refuse(first.access_token, 'access_token');
    });

    it('an expired access token and an expired ID token', async () => {
      const old = await writer.tokens();
      server.clock.advance(4_000);
      await expectNothing(() => exchange(old.access_token), 400, 'invalid_request');
      await expectNothing(() => exchange(old.id_token, {}, gateway, 'id_token'), 400, 'invalid_request');
    });
  });

  describe('is set up by administrators alone:', () => {
    it('metadata names the grant type', async () => {
      const metadata = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
      expect(
        ((await metadata.json()) as { grant_types_supported: string[] }).grant_types_supported,
      ).toContain(grantType);
    });

    it('a public client cannot register for it', async () => {
      const registration = {
        token_endpoint_auth_method: 'none',
        grant_types: [grantType],
        redirect_uris: [],
      };
      await expect(server.register(registration)).rejects.toThrow(
        'token-exchange is for clients that authenticate',
      );
    });
  });
});
