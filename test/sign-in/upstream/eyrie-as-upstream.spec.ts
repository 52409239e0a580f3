import { decodeJwt } from 'jose';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { UpstreamRegistration } from '../../../src/sign-in/upstream/upstream-registration.js';
import { allow, responseOf, TestBrowser } from '../../support/browser.js';
import { RelyingParty } from '../../support/relying-party.js';
import { alice, startServer, type TestServer } from '../../support/server.js';
import { goTo } from '../../support/upstream.js';

const authenticationMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

describe('Eyrie as the upstream of Eyrie', () => {
  let upstream: TestServer;
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    // The last one checks passwords: passport-local is registered for the whole process.
    upstream = await startServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    await upstream.createUser({ ...alice, email_verified: true });
    for (const method of authenticationMethods) {
      const alias = method.replaceAll('_', '-');
      const { secret } = await upstream.register({
        client_id: alias,
        client_name: 'Downstream',
        redirect_uris: [`${server.issuer}/upstream/${alias}/callback`],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: method,
        scope: 'openid profile email',
        ...(method === 'private_key_jwt' && { jwks_uri: `${server.issuer}/jwks` }),
      });
      await server.app.get(UpstreamRegistration).put(
        {
          alias,
          name: alias,
          issuer: upstream.issuer,
          client_id: alias,
          ...(secret && { client_secret: secret }),
          token_endpoint_auth_method: method,
          userinfo: true,
          new_account: 'create',
          trusted_email_domains: ['example.com'],
          existing_account: 'link',
          acr_map: { 'urn:eyrie:acr:password': 'password' },
        },
        'test',
      );
    }
  });
  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  /** Walks through the upstream, and back. */
  const through = async (url: string, there: TestBrowser): Promise<string> => {
    let page = await there.open(url);
    if (page.html.includes('name="password"'))
      page = await there.submit(page, { username: alice.username, password: alice.password });
    if (page.html.includes('name="decision"')) page = await there.submit(page, { decision: 'allow' });
    const location = page.headers.get('location');
    if (location === null) throw new Error(page.html);
    return location;
  };

  it.each(authenticationMethods)('people sign in there, where it authenticates by %s', async (method) => {
    const here = new TestBrowser(server.issuer);
    const url = await goTo(here, await here.open('/login'), method.replaceAll('_', '-'));
    const signedIn = await here.open(await through(url, new TestBrowser(upstream.issuer)));

    expect(signedIn.url).toMatch(/\/account$/);
    expect(signedIn.html).toContain('alice');
    expect(await server.app.get(UsersStore).findByUsername('alice')).toMatchObject({
      name: 'Alice',
      email: 'alice@example.com',
      emailVerified: true,
    });
  });

  it('the request of a client goes on with a session whose acr and amr are those that the operator maps', async () => {
    const here = new TestBrowser(server.issuer);
    const client = await RelyingParty.register(server, {}, here);
    const verifier = 'v'.repeat(43);
    const asked = await here.open(client.authorizeUrl(verifier, { prompt: 'login' }));
    const url = await goTo(here, asked, 'client-secret-basic');
    expect(new URL(url).searchParams.get('prompt')).toBe('login');
    const page = await here.open(await through(url, new TestBrowser(upstream.issuer)));
    const code = responseOf(await allow(here, page)).get('code') ?? '';
    const tokens = (await client.redeem({ code, verifier })).body;
    const { amr, acr } = decodeJwt(tokens.id_token);

    expect({ amr, acr }).toEqual({ amr: ['fed', 'pwd'], acr: 'urn:eyrie:acr:password' });
  });
});
