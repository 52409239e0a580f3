import { expectCode, requestFields } from '../../support/authorization-requests.js';
import { basic, encode, payloadOf, post, RelyingParty, request } from '../../support/relying-party.js';
import { contacts } from '../../support/server.js';
import { ask, type Check, verified, type World } from './world.js';

/** The path of an endpoint at the issuer. */
function pathOf(value: unknown, { server }: World): string {
  const url = new URL(String(value));
  expect(url.origin).toBe(server.issuer);
  return url.pathname;
}

/** Where the server is, and what answers there. */
export const endpointChecks: Readonly<Record<string, Check>> = {
  async issuer(value, world) {
    expect(value).toBe(world.server.issuer);
    expect(payloadOf((await world.client.tokens()).id_token).iss).toBe(value);
  },

  async authorization_endpoint(value, world) {
    const query = encode(requestFields({ client_id: world.client.clientId }));
    await ask(world, world.client);
    expectCode(await world.browser.open(`${pathOf(value, world)}?${query}`));
  },

  async pushed_authorization_request_endpoint(value, world) {
    const fields = requestFields({ client_id: world.client.clientId });
    const { status, body } = await world.client.authenticated(pathOf(value, world), fields);
    expect(status).toBe(201);
    const query = encode({ client_id: world.client.clientId, request_uri: body.request_uri as string });
    expectCode(await world.browser.open(`/authorize?${query}`));
  },

  async device_authorization_endpoint(value, world) {
    const grant_types = ['urn:ietf:params:oauth:grant-type:device_code'];
    const device = await RelyingParty.register(world.server, { grant_types, redirect_uris: [] });
    const { status, body } = await device.authenticated(pathOf(value, world), { scope: 'openid' });
    expect(status).toBe(200);
    expect((await world.browser.open(String(body.verification_uri))).status).toBe(200);
  },

  async token_endpoint(value, world) {
    const machine = await RelyingParty.register(world.server, { grant_types: ['client_credentials'] });
    const fields = { grant_type: 'client_credentials' };
    expect((await machine.authenticated(pathOf(value, world), fields)).status).toBe(200);
  },

  async userinfo_endpoint(value, world) {
    const { access_token, id_token } = await world.client.tokens();
    const headers = { authorization: `Bearer ${access_token}` };
    const { body } = await request(world.server, pathOf(value, world), { headers });
    expect(body.sub).toBe(payloadOf(id_token).sub);
  },

  async jwks_uri(value, world) {
    expect(pathOf(value, world)).toBe('/jwks');
    const { id_token, access_token } = await world.client.tokens();
    await verified(world, id_token, world.client.clientId);
    await verified(world, access_token, world.server.issuer);
  },

  async introspection_endpoint(value, world) {
    const { access_token: token } = await world.client.tokens();
    expect((await world.client.authenticated(pathOf(value, world), { token })).body.active).toBe(true);
  },

  async revocation_endpoint(value, world) {
    const { access_token: token } = await world.client.tokens();
    expect((await world.client.authenticated(pathOf(value, world), { token })).status).toBe(200);
    expect((await world.client.introspect(token)).body).toEqual({ active: false });
  },

  async eyrie_revocation_feed_endpoint(value, world) {
    const resource = await RelyingParty.register(world.server, {
      introspection_resources: [contacts.identifier],
    });
    const { access_token: token } = await world.client.tokens();
    await world.client.revoke(token);
    const headers = { authorization: basic(resource.clientId, resource.secret) };
    const { body } = await request(world.server, pathOf(value, world), { headers });
    expect(body.tokens).toContain(payloadOf(token).jti);
  },

  async registration_endpoint(value, world) {
    const path = value === undefined ? '/register' : pathOf(value, world);
    const { status } = await request(world.server, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://other.example.com/callback'] }),
    });
    expect(status).toBe(value === undefined ? 404 : 201);
  },

  async client_id_metadata_document_supported(value, world) {
    const clientId = world.host.url('/client.json');
    const redirectUri = 'https://agent.example.com/callback';
    world.host.documents.set('/client.json', { client_id: clientId, redirect_uris: [redirectUri] });
    const pushed = await post(world.server, '/par', {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    expect(pushed.status).toBe(value === undefined ? 401 : 201);
  },

  async end_session_endpoint(value, world) {
    const uri = 'https://writer.example.com/bye';
    const client = await RelyingParty.register(world.server, { post_logout_redirect_uris: [uri] });
    const { id_token: id_token_hint } = await client.tokens();
    const query = encode({ id_token_hint, post_logout_redirect_uri: uri, state: 's' });
    expect((await client.browser.open(`${pathOf(value, world)}?${query}`)).url).toBe(`${uri}?state=s`);
  },

  async service_documentation(value, world) {
    const page = await world.browser.open(pathOf(value, world));
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  },
};
