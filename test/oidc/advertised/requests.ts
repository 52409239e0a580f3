import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { SignJWT } from 'jose';
import {
  authorizeUrl,
  challenge,
  expectCode,
  redirectUri,
  verifier,
} from '../../support/authorization-requests.js';
import { codeOf, setUpApp, toSecondFactor } from '../../support/second-factor.js';
import { shows, signedInBrowser } from '../../support/walk.js';
import { responseOf, type Shown, TestBrowser } from '../../support/browser.js';
import { alice } from '../../support/server.js';
import { TestOrganizations } from '../../support/organizations.js';
import { payloadOf, RelyingParty } from '../../support/relying-party.js';
import { ask, type Check, errorOf, keysFor, namesIn, versatile, type World } from './world.js';

/** Publishes a request object of a client, whose requests may come from `/registered`; gives back its address. */
async function published(world: World, path: string): Promise<{ client: RelyingParty; uri: string }> {
  const { privateKey, publicJwk } = await keysFor('ES256');
  const request_uris = [world.host.url('/registered')];
  const client = await versatile(world, { jwks: { keys: [publicJwk] }, request_uris });
  const object = await new SignJWT({
    iss: client.clientId,
    aud: world.server.issuer,
    exp: world.server.clock.now() + 60,
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey);
  const answer: RequestListener = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/oauth-authz-req+jwt' }).end(object);
  world.host.documents.set(path, answer);
  return { client, uri: world.host.url(path) };
}

/** Whether a request by reference is answered with a code; nothing may be fetched when it is not. */
async function isFetched(world: World, path: string): Promise<boolean> {
  const { client, uri } = await published(world, path);
  const before = world.host.requests;
  const page = await ask(world, client, { request_uri: uri });
  const fetched = world.host.requests > before;
  expect([path, fetched]).toEqual([path, responseOf(page).has('code')]);
  return fetched;
}

/** What can be asked for, and how. */
export const requestChecks: Readonly<Record<string, Check>> = {
  async scopes_supported(value, world) {
    const usual = namesIn(value);
    expect(usual.filter((scope) => scope.startsWith('eyrie.'))).toEqual([]);
    const client = await RelyingParty.register(world.server, { scope: usual.join(' ') }, world.browser);
    const { scope } = await client.tokens({ prompt: 'consent' });
    expect(scope.split(' ').toSorted()).toEqual(usual.toSorted());
    expect((await client.tokens({ scope: 'openid banana' })).scope).toBe('openid');
  },

  async code_challenge_methods_supported(value, world) {
    expect(value).toEqual(['S256']);
    const { client } = world;
    const code = expectCode(await ask(world, client, { code_challenge_method: 'S256' }));
    expect((await client.redeem({ code, verifier: `${verifier}x` })).body.error).toBe('invalid_grant');
    expect((await client.redeem({ code, verifier })).status).toBe(200);
    for (const code_challenge_method of ['plain', 'S512'])
      expect(errorOf(await ask(world, client, { code_challenge_method }))).toBe('invalid_request');
  },

  async prompt_values_supported(value, world) {
    const shown: Readonly<Record<string, (page: Shown) => boolean>> = {
      none: (page) => responseOf(page).has('code'),
      login: shows.signIn,
      consent: shows.consent,
      select_account: shows.selectAccount,
    };
    await ask(world, world.client);
    const open = (prompt: string): Promise<Shown> =>
      world.browser.open(authorizeUrl({ client_id: world.client.clientId, prompt }));
    for (const prompt of namesIn(value))
      expect([prompt, shown[prompt]?.(await open(prompt))]).toEqual([prompt, true]);
    for (const prompt of ['create', 'LOGIN']) expect(responseOf(await open(prompt)).has('code')).toBe(true);
  },

  async acr_values_supported(value, world) {
    // Somebody who has proven everything that there is.
    const { server } = world;
    const user = { username: 'somebody-with-an-app', password: 'correct horse battery' };
    await server.createUser(user);
    const app = await setUpApp(server, await signedInBrowser(server, user));
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await toSecondFactor(browser, user), { code: await codeOf(server, app) });
    const theirs = await RelyingParty.register(server, {}, browser);
    for (const acr_values of namesIn(value))
      expect(payloadOf((await theirs.tokens({ acr_values })).id_token).acr).toBe(acr_values);
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:other' } } });
    expect(errorOf(await ask(world, world.client, { claims }))).toBe('unmet_authentication_requirements');
  },

  async claim_types_supported(value, world) {
    expect(value).toEqual(['normal']);
    const { body } = await world.client.userinfo((await world.client.tokens()).access_token);
    // What aggregated and distributed claims would come with (OIDC Core §5.6.2).
    expect(Object.keys(body)).not.toContain('_claim_names');
  },

  async claims_supported(value, world) {
    const username = `carol-${randomUUID()}`;
    const profile = {
      name: 'Carol C.',
      given_name: 'Carol',
      family_name: 'C.',
      middle_name: 'M.',
      nickname: 'Caz',
      profile: 'https://carol.example/profile',
      picture: 'https://carol.example/picture',
      website: 'https://carol.example/',
      email: 'carol@example.com',
      gender: 'female',
      birthdate: '1990-01-01',
      zoneinfo: 'Europe/Paris',
      locale: 'fr-FR',
      phone_number: '+33 1 23 45 67 89',
      address: { country: 'France' },
    };
    const carol = { username, password: 'correct horse battery', ...profile };
    const id = await world.server.createUser(carol);
    const organizations = await TestOrganizations.of(world.server);
    await organizations.join(await organizations.create(), { ...carol, id });
    const client = await RelyingParty.register(world.server, {
      ...(namesIn(world.metadata.response_types_supported).includes('code id_token')
        ? { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'code id_token'] }
        : {}),
      scope: 'openid profile email address phone groups roles organization',
      frontchannel_logout_uri: 'https://writer.example.com/signed-out',
    });
    const { body } = await client.redeem(await client.authorize({ nonce: 'n' }, { ...alice, ...carol }));
    const hybrid = await client.browser.open(
      authorizeUrl({
        client_id: client.clientId,
        response_type: 'code id_token',
        nonce: 'n',
        scope: 'openid organization',
      }),
    );
    const early = responseOf(hybrid).get('id_token');
    const told = {
      ...payloadOf(body.id_token),
      ...(await client.userinfo(body.access_token)).body,
      ...(early === null ? {} : payloadOf(early)),
    };
    expect(Object.keys(told).toSorted()).toEqual([...new Set(namesIn(value))].toSorted());
    expect(told).toMatchObject(profile);
  },

  async claims_parameter_supported(value, world) {
    expect(value).toBe(true);
    const claims = JSON.stringify({ id_token: { email: null } });
    const { client } = world;
    expect(payloadOf((await client.tokens({ claims })).id_token).email).toBe(alice.email);
    expect(payloadOf((await client.tokens()).id_token)).not.toHaveProperty('email');
  },

  async request_parameter_supported(value, world) {
    expect(value).toBe(true);
    expect(errorOf(await ask(world, world.client, { request: 'x' }))).toBe('request_not_supported');
    const keys = await keysFor('ES256');
    const client = await versatile(world, { jwks: { keys: [keys.publicJwk] } });
    expect(errorOf(await ask(world, client, { request: 'x' }))).toBe('invalid_request_object');
  },

  async request_uri_parameter_supported(value, world) {
    expect(await isFetched(world, '/registered')).toBe(value);
  },

  async require_request_uri_registration(value, world) {
    const isOn = world.metadata.request_uri_parameter_supported === true;
    expect(await isFetched(world, '/not-registered')).toBe(isOn && value === false);
  },

  // Where the setting turns it on the tests of pushed requests hold it (H1).
  async require_pushed_authorization_requests(value, world) {
    expect(value).toBe(false);
    expectCode(await ask(world, world.client));
  },

  async ui_locales_supported(value, world) {
    expect(value).toContain('en');
    for (const tag of value as string[]) {
      const { clientId } = world.client;
      const url = authorizeUrl({ client_id: clientId, prompt: 'login', ui_locales: `tlh ${tag}` });
      const page = await world.browser.open(url);
      expect(page.headers.get('content-language')).toBe(tag);
      expect(page.html).toContain(`<html lang="${tag}"`);
    }
  },
  async authorization_response_iss_parameter_supported(value, world) {
    expect(value).toBe(true);
    for (const changes of [{}, { scope: 'banana' }]) {
      const answer = responseOf(await ask(world, world.client, changes));
      expect([answer.has('code'), answer.get('iss')]).toEqual([!('scope' in changes), world.server.issuer]);
    }
  },
};

/** Parameters that no member tells of: taken, and without an effect (OIDC Core §3.1.2.1: "MUST NOT" be an error). */
export async function checkSilentParameters(world: World): Promise<void> {
  expect(Object.keys(world.metadata).filter((name) => /^(?:display|claims_locales)/.test(name))).toEqual([]);
  await ask(world, world.client);
  const plain = await world.browser.open(authorizeUrl({ client_id: world.client.clientId, prompt: 'login' }));
  for (const changes of [{ display: 'touch' }, { display: 'banana' }, { claims_locales: 'fr' }]) {
    const page = await world.browser.open(
      authorizeUrl({ client_id: world.client.clientId, prompt: 'login', ...changes }),
    );
    expect([changes, shows.signIn(page)]).toEqual([changes, true]);
    expect(page.html.replace(/value="[^"]*"/g, '')).toBe(plain.html.replace(/value="[^"]*"/g, ''));
  }
}
