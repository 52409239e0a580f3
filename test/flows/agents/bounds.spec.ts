import { ClientRegistration } from '../../../src/clients/client-registration.js';
import type { ClientMetadata } from '../../../src/protocol/client-metadata/members.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { ask, decide, poll as pollBackchannel, registerAsker } from '../../support/backchannel-requests.js';
import { TestBrowser } from '../../support/browser.js';
import { changesOfRows, everyRow, isHousekeeping } from '../../support/database-rows.js';
import { allow, begin, poll, registerDevice } from '../../support/device.js';
import { redeem, refresh, send } from '../../support/dpop-client.js';
import { proof, proofKey } from '../../support/dpop-proofs.js';
import { expectRefusal, payloadOf, RelyingParty } from '../../support/relying-party.js';
import { calendar, mail, putResource } from '../../support/resources.js';
import { alice, contacts, useServer } from '../../support/server.js';
import { AssertionIssuer } from '../../support/trusted-issuer.js';

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';
const refreshToken = 'urn:ietf:params:oauth:token-type:refresh_token';
const maxTtl = { eyrie_max_token_ttl: 60 };
const scope = 'openid email offline_access contacts.read calendar.read';

describe('the bounds that administrators set a client', () => {
  const server = useServer({}, { users: [alice] });

  beforeAll(() =>
    putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } }, mail),
  );

  const change = (party: RelyingParty, metadata: Partial<ClientMetadata>): Promise<unknown> =>
    server.app.get(ClientRegistration).update(party.clientId, metadata, 'test');

  /** A service that exchanges tokens of that client. */
  const gatewayOf = (party: RelyingParty, registration: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, {
      grant_types: [exchange],
      redirect_uris: [],
      introspection_resources: [contacts.identifier, calendar.identifier],
      token_exchange_clients: [party.clientId],
      token_exchange_resources: [contacts.identifier, calendar.identifier],
      scope: 'contacts.read calendar.read',
      ...registration,
    });

  const exchanged = (by: RelyingParty, token: string, type = accessToken, fields = {}) =>
    by.token({ grant_type: exchange, subject_token: token, subject_token_type: type, ...fields });

  describe('eyrie_max_token_ttl', () => {
    it.each(['jwt', 'opaque'])('%s tokens of a code and of a refresh last that long', async (format) => {
      const party = await RelyingParty.register(server, { ...maxTtl, access_token_format: format });
      const tokens = await party.tokens();
      expect(tokens.expires_in).toBe(60);
      const refreshed = await party.refresh(tokens.refresh_token);
      expect(refreshed.body.expires_in).toBe(60);
      const { iat, exp } = (await party.introspect(refreshed.body.access_token)).body as never;
      expect(exp - iat).toBe(60);
      server.clock.advance(61);
      expect((await party.introspect(refreshed.body.access_token)).body).toEqual({ active: false });
    });

    it('one that is longer than EYRIE_ACCESS_TOKEN_TTL changes nothing', async () => {
      const party = await RelyingParty.register(server, { eyrie_max_token_ttl: 86_400 });
      expect((await party.tokens()).expires_in).toBe(600);
    });

    it('one that is set later holds at the next refresh', async () => {
      const party = await RelyingParty.register(server);
      const tokens = await party.tokens();
      expect(tokens.expires_in).toBe(600);
      await change(party, maxTtl);
      expect((await party.refresh(tokens.refresh_token)).body.expires_in).toBe(60);
    });

    it('tokens with which a client acts for itself last that long', async () => {
      const party = await RelyingParty.register(server, {
        ...maxTtl,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: 'contacts.read',
      });
      expect((await party.token({ grant_type: 'client_credentials' })).body.expires_in).toBe(60);
    });

    it('tokens of a device last that long', async () => {
      const device = await registerDevice(server, maxTtl);
      const codes = await begin(device, 'contacts.read');
      await allow(new TestBrowser(server.issuer), codes);
      expect((await poll(device, codes)).body.expires_in).toBe(60);
    });

    it('tokens of a backchannel request last that long', async () => {
      const asker = await registerAsker(server, maxTtl);
      const request = await ask(asker, { scope: 'openid contacts.read' });
      await decide(new TestBrowser(server.issuer), 'allow');
      expect((await pollBackchannel(asker, request)).body.expires_in).toBe(60);
    });

    it('tokens for an assertion of a trusted issuer last that long', async () => {
      const worker = await RelyingParty.register(server, {
        ...maxTtl,
        grant_types: [jwtBearer],
        redirect_uris: [],
        scope: 'contacts.read',
      });
      const cluster = await AssertionIssuer.make('https://cluster.example.com');
      await cluster.register(server, {
        name: 'short',
        clients: [worker.clientId],
        scope: 'contacts.read',
        claims: { sub: ['system:serviceaccount:shop:worker'] },
      });
      const assertion = await cluster.sign(server);
      expect((await worker.token({ grant_type: jwtBearer, assertion })).body.expires_in).toBe(60);
    });

    it('exchanged tokens last as long as the client that exchanges may have them', async () => {
      const party = await RelyingParty.register(server, { scope });
      const gateway = await gatewayOf(party, maxTtl);
      const { access_token: token } = await party.tokens();
      expect((await exchanged(gateway, token)).body.expires_in).toBe(60);
    });

    it('tokens that a service gets for the refresh token of a client last as long as those of that client', async () => {
      const party = await RelyingParty.register(server, { ...maxTtl, scope });
      const gateway = await gatewayOf(party);
      const { refresh_token: token } = await party.tokens();
      expect((await exchanged(gateway, token, refreshToken)).body.expires_in).toBe(60);
    });
  });

  describe('eyrie_allowed_resources', () => {
    const bound = { scope, eyrie_allowed_resources: [contacts.identifier] };
    const asked = { scope: 'openid email offline_access contacts.read' };

    it('a request within them is granted, with the scopes of OpenID Connect', async () => {
      const party = await RelyingParty.register(server, bound);
      const tokens = await party.tokens(asked);
      expect(payloadOf(tokens.access_token).aud).toEqual([server.issuer, contacts.identifier]);
      expect(tokens.id_token).toBeDefined();
      expect((await party.userinfo(tokens.access_token)).body).toMatchObject({ email: alice.email });
    });

    it('a scope of another resource is invalid_scope at the authorization endpoint, and nothing is written', async () => {
      const party = await RelyingParty.register(server, bound);
      await party.tokens(asked);
      const before = await everyRow(server);
      expect((await party.respond()).get('error')).toBe('invalid_scope');
      const changes = changesOfRows(before, await everyRow(server));
      expect(changes.filter((one) => !isHousekeeping(one))).toEqual([]);
    });

    it('another resource is invalid_target at the authorization endpoint', async () => {
      const party = await RelyingParty.register(server, bound);
      const response = await party.respond({ ...asked, resource: calendar.identifier });
      expect(response.get('error')).toBe('invalid_target');
    });

    it('without a scope, the request means those of the allowed resources', async () => {
      const party = await RelyingParty.register(server, bound);
      const tokens = await party.tokens({ scope: undefined });
      expect(payloadOf(tokens.access_token)).toMatchObject({
        aud: contacts.identifier,
        scope: 'contacts.read',
      });
    });

    it('if they are set later, the next refresh leaves out the scopes of others, and naming them is invalid_target', async () => {
      const party = await RelyingParty.register(server, { scope });
      const tokens = await party.tokens();
      expect(payloadOf(tokens.access_token).aud).toContain(calendar.identifier);
      await change(party, { eyrie_allowed_resources: [contacts.identifier] });
      const refreshed = await party.refresh(tokens.refresh_token);
      expect(payloadOf(refreshed.body.access_token)).toMatchObject({
        aud: [server.issuer, contacts.identifier],
        scope: 'openid email offline_access contacts.read',
      });
      expect(refreshed.body.scope).toBe('openid email offline_access contacts.read');
      const latest = refreshed.body.refresh_token;
      expectRefusal(await party.refresh(latest, { resource: calendar.identifier }), 400, 'invalid_target');
      expectRefusal(await party.refresh(latest, { scope: 'calendar.read' }), 400, 'invalid_scope');
      await change(party, { eyrie_allowed_resources: null });
      const again = await party.refresh(latest);
      expect(payloadOf(again.body.access_token).aud).toContain(calendar.identifier);
    });

    it('a client that acts for itself gets what is within them', async () => {
      const party = await RelyingParty.register(server, {
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: 'contacts.read calendar.read eyrie.admin.read',
        eyrie_allowed_resources: ['https://CONTACTS.example.com:443'],
      });
      const itself = { grant_type: 'client_credentials' };
      const answer = await party.token(itself);
      expect(payloadOf(answer.body.access_token)).toMatchObject({
        aud: contacts.identifier,
        scope: 'contacts.read',
      });
      expectRefusal(await party.token({ ...itself, scope: 'calendar.read' }), 400, 'invalid_scope');
      expectRefusal(await party.token({ ...itself, scope: 'eyrie.admin.read' }), 400, 'invalid_scope');
      expectRefusal(await party.token({ ...itself, resource: calendar.identifier }), 400, 'invalid_target');
    });

    it('a client that exchanges tokens gets none for others', async () => {
      const party = await RelyingParty.register(server, { scope });
      const gateway = await gatewayOf(party, { eyrie_allowed_resources: [contacts.identifier] });
      const { access_token: token } = await party.tokens();
      const other = { resource: calendar.identifier };
      expectRefusal(await exchanged(gateway, token, accessToken, other), 400, 'invalid_target');
      const answer = await exchanged(gateway, token);
      expect(payloadOf(answer.body.access_token).aud).toBe(contacts.identifier);
    });

    it('a service gets none for others by the tokens of a client that is bound', async () => {
      const party = await RelyingParty.register(server, { scope });
      const gateway = await gatewayOf(party);
      const { access_token: token } = await party.tokens();
      await change(party, { eyrie_allowed_resources: [contacts.identifier] });
      const other = { resource: calendar.identifier };
      expectRefusal(await exchanged(gateway, token, accessToken, other), 400, 'invalid_target');
    });

    it('an empty list leaves the scopes of OpenID Connect alone', async () => {
      const party = await RelyingParty.register(server, { scope, eyrie_allowed_resources: [] });
      const tokens = await party.tokens({ scope: 'openid email' });
      expect(payloadOf(tokens.access_token).aud).toBe(server.issuer);
      expect((await party.respond(asked)).get('error')).toBe('invalid_scope');
    });
  });

  describe('eyrie_require_dpop', () => {
    const bound = { eyrie_require_dpop: true };

    it('a code is not redeemed without a proof, and is with one: the tokens are bound', async () => {
      const party = await RelyingParty.register(server, bound);
      const refused = await redeem(party);
      expectRefusal(refused, 400, 'invalid_dpop_proof');
      const key = await proofKey();
      const answer = await redeem(party, {}, await proof(server, key));
      expect(answer.body.token_type).toBe('DPoP');
      expect(payloadOf(answer.body.access_token).cnf).toEqual({ jkt: key.thumbprint });
    });

    it('if it is set later, the next refresh needs a proof, and the refused one uses nothing up', async () => {
      const party = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
      const tokens = await party.tokens();
      await change(party, bound);
      const before = await everyRow(server);
      expectRefusal(await refresh(party, tokens.refresh_token), 400, 'invalid_dpop_proof');
      const changes = changesOfRows(before, await everyRow(server));
      expect(changes.filter((one) => !isHousekeeping(one)).map(({ table }) => table)).not.toContain(
        'refresh_tokens',
      );
      const key = await proofKey();
      const refreshed = await refresh(party, tokens.refresh_token, await proof(server, key));
      expect(refreshed.body.token_type).toBe('DPoP');
      expectRefusal(
        await refresh(party, refreshed.body.refresh_token, await proof(server, await proofKey())),
        400,
        'invalid_grant',
      );
    });

    it('a client that acts for itself needs a proof', async () => {
      const party = await RelyingParty.register(server, {
        ...bound,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: 'contacts.read',
      });
      const itself = { grant_type: 'client_credentials' };
      expectRefusal(await send(party, itself), 400, 'invalid_dpop_proof');
      const answer = await send(party, itself, await proof(server, await proofKey()));
      expect(answer.body.token_type).toBe('DPoP');
    });

    it('a client that exchanges tokens needs a proof', async () => {
      const party = await RelyingParty.register(server, { scope });
      const gateway = await gatewayOf(party, bound);
      const { access_token: token } = await party.tokens();
      expectRefusal(await exchanged(gateway, token), 400, 'invalid_dpop_proof');
    });
  });

  describe('who sets them', () => {
    const bounds = {
      eyrie_max_token_ttl: 60,
      eyrie_allowed_resources: [contacts.identifier],
      eyrie_require_dpop: true,
    };

    it('administrators do, and the list of clients has the agents among them', async () => {
      const admin = await AdminCaller.register(server);
      const created = await admin.post('/clients', {
        client_name: 'Assistant',
        redirect_uris: ['https://assistant.example.com/callback'],
        eyrie_agent: true,
        ...bounds,
      });
      expect(created).toMatchObject({ status: 201, body: { eyrie_agent: true, ...bounds } });
      const agents = await admin.get('/clients?agent=true');
      expect(agents.body.items).toEqual([expect.objectContaining({ client_name: 'Assistant' })]);
      const others = await admin.get('/clients?agent=false&limit=100');
      expect(JSON.stringify(others.body)).not.toContain('Assistant');
    });

    it.each([
      ['eyrie_max_token_ttl', 29],
      ['eyrie_max_token_ttl', '60'],
      ['eyrie_allowed_resources', contacts.identifier],
      ['eyrie_require_dpop', 'yes'],
      ['eyrie_agent', 1],
    ])('a malformed %s is refused: %s', async (member, value) => {
      const admin = await AdminCaller.register(server);
      const answer = await admin.post('/clients', {
        redirect_uris: ['https://assistant.example.com/callback'],
        [member]: value,
      });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(member);
    });
  });
});
