import type { Registration } from '../../src/clients/client-registration.js';
import { keyPair } from '../support/assertions.js';
import { allow, signIn } from '../support/browser.js';
import { walk } from '../support/walk.js';
import { alice, useServer } from '../support/server.js';
import { payloadOf } from '../support/relying-party.js';
import { modelContext } from './real-clients/mcp.js';
import { oauth4webapi } from './real-clients/oauth4webapi.js';
import { openid4vc } from './real-clients/openid4vc.js';
import { openidClient } from './real-clients/openid-client.js';
import type { Identity, Library, RealClient, Tokens, Wishes } from './real-clients/real-client.js';
import { useBrowser } from '../support/use-browser.js';

const redirectUri = 'https://writer.example.com/callback';
const returnTo = 'https://writer.example.com/bye';
const scope = 'openid profile offline_access';
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const named = (library: Library): [string, Library] => [library.name, library];
const libraries = [openidClient, oauth4webapi, openid4vc, modelContext].map(named);
const pushing = [openidClient, oauth4webapi, openid4vc].map(named);
const registering = [openidClient, oauth4webapi, modelContext].map(named);
/** Those that know the device flow and sign-out. */
const whole = [openidClient, oauth4webapi].map(named);

describe('Flows as independent clients walk them', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open', EYRIE_REFRESH_GRACE: '0' });
  let subject: string;
  const browser = useBrowser(server);

  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  it.each(libraries)('A14 code with PKCE: %s', async (_name, library) => {
    const client = await connect(library, await register('client_secret_basic'));
    await expectAlice(client, await connected(client), 'Bearer');
  });

  it.each(pushing)('H1 a pushed request: %s', async (_name, library) => {
    const identity = await register('client_secret_basic', { require_pushed_authorization_requests: true });
    const client = await connect(library, identity, { pushed: true });
    await expectAlice(client, await connected(client), 'Bearer');
  });

  const proving: [string, string, boolean, Library][] = [
    ...libraries.map(([name, library]): [string, string, boolean, Library] => ['', name, false, library]),
    ...pushing.map(([name, library]): [string, string, boolean, Library] => [
      ', with a pushed request',
      name,
      true,
      library,
    ]),
  ];
  it.each(proving)('G3 DPoP for a public client%s: %s', async (_how, _name, pushed, library) => {
    const identity = await register('none', { dpop_bound_access_tokens: true });
    const client = await connect(library, identity, { pushed, bound: true });
    const tokens = await connected(client);
    await expectAlice(client, tokens, 'DPoP');
    const refreshed = await client.refresh(tokens.refresh_token!);
    expect(payloadOf(refreshed.access_token).cnf).toEqual(payloadOf(tokens.access_token).cnf);
    await expectAlice(client, refreshed, 'DPoP');
  });

  it.each(libraries)(
    'G1 private_key_jwt at the token endpoint, and for a pushed request where it makes one: %s',
    async (_name, library) => {
      const { privateKey, publicJwk } = await keyPair('ES256');
      const registered = await register('private_key_jwt', { jwks: { keys: [{ ...publicJwk }] } });
      const client = await connect(library, { ...registered, key: privateKey }, { pushed: true });
      const tokens = await connected(client);
      await expectAlice(client, tokens, 'Bearer');
      await expectAlice(client, await client.refresh(tokens.refresh_token!), 'Bearer');
    },
  );

  it.each(libraries)(
    'B6 refresh with rotation, and the end of all when an old token comes back: %s',
    async (_name, library) => {
      const client = await connect(library, await register('none'));
      const first = await connected(client);
      const second = await client.refresh(first.refresh_token!);
      expect(second.refresh_token).not.toBe(first.refresh_token);
      const third = await client.refresh(second.refresh_token!);
      await expectAlice(client, third, 'Bearer');

      const isRefused = { error: 'invalid_grant' };
      await expect(client.refresh(first.refresh_token!)).rejects.toMatchObject(isRefused);
      await expect(client.refresh(third.refresh_token!)).rejects.toMatchObject(isRefused);
      await expect(client.userinfo(third, subject)).rejects.toMatchObject({ status: 401 });
    },
  );

  it.each(whole)('I1 the device flow of a public client: %s', async (_name, library) => {
    const client = await connect(library, await registerDevice());
    await expectAlice(client, await connectDevice(client), 'Bearer');
  });

  it.each(whole)('I1 G3 the device flow of a public client with DPoP proofs: %s', async (_name, library) => {
    const identity = await registerDevice({ dpop_bound_access_tokens: true });
    const client = await connect(library, identity, { bound: true });
    const tokens = await connectDevice(client);
    await expectAlice(client, tokens, 'DPoP');
    const refreshed = await client.refresh(tokens.refresh_token!);
    await expectAlice(client, refreshed, 'DPoP');

    const otherKey = await connect(library, identity, { bound: true });
    await expect(otherKey.refresh(refreshed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(otherKey.userinfo(refreshed, subject)).rejects.toMatchObject({ status: 401 });
    await expectAlice(client, await client.refresh(refreshed.refresh_token!), 'DPoP');
  });

  it.each(whole)('D1 sign-out that the client begins: %s', async (_name, library) => {
    const identity = await register('client_secret_basic', { post_logout_redirect_uris: [returnTo] });
    const client = await connect(library, identity);
    const { id_token: hint = '' } = await connected(client);
    const left = await browser.open(client.signOutUrl!(hint, returnTo, 'a b'));
    expect(left.url).toBe(`${returnTo}?state=a+b`);
    expect((await browser.open(await client.authorizationUrl())).html).toContain('name="password"');
  });

  it.each(registering)(
    'F1 dynamic registration, and the code flow with what it gave: %s',
    async (_name, library) => {
      const identity = await library.register!(server.issuer, {
        client_name: 'Newcomer',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        scope,
      });
      const client = await connect(library, identity);
      const tokens = await connected(client);
      await expectAlice(client, tokens, 'Bearer');
      await expectAlice(client, await client.refresh(tokens.refresh_token!), 'Bearer');
    },
  );

  async function register(method: Identity['method'], more: Registration = {}): Promise<Identity> {
    const { clientId, secret } = await server.register({
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: method,
      scope,
      ...more,
    });
    return { clientId, method, ...(secret === '' ? {} : { secret }) };
  }

  const registerDevice = (more: Registration = {}): Promise<Identity> =>
    register('none', { redirect_uris: [], grant_types: [deviceCode, 'refresh_token'], ...more });

  const connect = (library: Library, identity: Identity, wishes: Partial<Wishes> = {}): Promise<RealClient> =>
    library.connect(server.issuer, identity, { redirectUri, scope, ...wishes });

  /** Alice signs in where she is asked to, and allows what is asked for. */
  async function connected(client: RealClient): Promise<Tokens> {
    const page = await walk(browser, await client.authorizationUrl());
    return client.redeem(page.url);
  }

  async function connectDevice(client: RealClient): Promise<Tokens> {
    const device = await client.device!();
    const question = await browser.submit(await browser.open('/device'), { user_code: device.userCode });
    await allow(browser, await signIn(browser, question, alice));
    return device.tokens();
  }

  async function expectAlice(client: RealClient, tokens: Tokens, type: string): Promise<void> {
    expect(tokens.token_type.toLowerCase()).toBe(type.toLowerCase());
    expect(await client.userinfo(tokens, subject)).toMatchObject({ sub: subject, name: 'Alice' });
  }
});
