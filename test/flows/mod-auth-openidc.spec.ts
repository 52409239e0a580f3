import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { type Apache, startApache } from '../support/apache.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { certificate } from '../support/certificates.js';
import { basic, payloadOf } from '../support/relying-party.js';
import { alice, contacts, freePort, startServer, type TestServer, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';
import { walk } from '../support/walk.js';

describe('Apache with mod_auth_openidc', () => {
  const server = useServer({ EYRIE_ACCESS_TOKEN_TTL: '30' });
  const browser = useBrowser(server);
  let apache: Apache;
  let app: TestBrowser;
  let origin: string;
  let subject: string;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    subject = await server.createUser(alice);
    // As docs/clients.md says.
    const client = await server.register({
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/left`],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile email offline_access',
    });
    apache = await startApache(
      port,
      ['app', 'left'],
      `
OIDCProviderMetadataURL ${server.issuer}/.well-known/openid-configuration
OIDCClientID ${client.clientId}
OIDCClientSecret ${client.secret}
OIDCRedirectURI ${origin}/callback
OIDCCryptoPassphrase ${'p'.repeat(32)}
OIDCScope "openid profile email offline_access"
OIDCPKCEMethod S256
# Node's fetch says that it does not navigate, and would get a 401 in place of the redirect.
RequestHeader unset Sec-Fetch-Mode early
OIDCInfoHook access_token id_token userinfo
OIDCRefreshAccessTokenBeforeExpiry 60
<Location /app>
  AuthType openid-connect
  Require valid-user
  Header set Person "%{OIDC_CLAIM_name}e"
</Location>
<Location /callback>
  AuthType openid-connect
  Require valid-user
</Location>
`,
    );
  });
  afterAll(() => apache?.stop());

  beforeEach(() => {
    app = new TestBrowser(origin);
  });

  interface Info {
    readonly access_token: string;
    readonly userinfo: object;
    readonly id_token: object;
  }
  const info = async (): Promise<Info> => JSON.parse((await app.open('/callback?info=json')).html) as Info;
  const signIn = async (): Promise<Shown> => {
    const leaving = await app.open('/app');
    const answer = await walk(browser, leaving.url);
    return app.open(answer.url);
  };

  it('signs Alice in by PKCE, and the application behind it knows her', async () => {
    const page = await signIn();
    expect([page.status, page.html, page.headers.get('person')]).toEqual([200, 'app', alice.name]);
    const { id_token, userinfo } = await info();
    expect(id_token).toMatchObject({ iss: server.issuer, sub: subject });
    expect(userinfo).toMatchObject({ sub: subject, name: alice.name, email: alice.email });
  });

  it('refreshes the access token before it expires', async () => {
    await signIn();
    const { access_token: first } = await info();
    expect((await app.open('/app')).status).toBe(200);
    const { access_token: second } = await info();
    expect(second).not.toBe(first);
    expect(payloadOf(second)).toMatchObject({ sub: subject });
  });

  it('signs Alice out here too', async () => {
    await signIn();
    const leaving = await app.open(`/callback?logout=${encodeURIComponent(`${origin}/left`)}`);
    expect((await browser.open(leaving.url)).url).toBe(`${origin}/left`);
    expect(new URL((await app.open('/app')).url).origin).toBe(server.issuer);
    expect((await browser.open('/account')).html).toContain('name="password"');
  });
});

describe.each(['keys', 'introspection'])(
  'Apache with mod_auth_openidc as a resource server, by %s',
  (way) => {
    let server: TestServer;
    let apache: Apache;
    let origin: string;
    let folder: string;
    let agent: Agent;
    let authorization: string;

    // The module asks nobody without TLS.
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'eyrie-tls-'));
      const host = await certificate({ names: [{ type: 'ip', value: '127.0.0.1' }] });
      await writeFile(join(folder, 'host.pem'), host.cert);
      await writeFile(join(folder, 'host.key'), host.key);
      agent = new Agent({ connect: { ca: host.cert } });
      const [port, apachePort] = [await freePort(), await freePort()];
      server = await startServer({
        PORT: String(port),
        EYRIE_ISSUER: `https://127.0.0.1:${port}`,
        EYRIE_TLS_CERT: join(folder, 'host.pem'),
        EYRIE_TLS_KEY: join(folder, 'host.key'),
      });
      const contactSaver = await server.register({
        grant_types: [],
        introspection_resources: [contacts.identifier],
      });
      const service = await server.register({
        grant_types: ['client_credentials'],
        scope: 'contacts.read contacts.write',
      });
      authorization = basic(service.clientId, service.secret);
      origin = `http://127.0.0.1:${apachePort}`;
      const verification = {
        keys: `OIDCOAuthVerifyJwksUri ${server.issuer}/jwks`,
        introspection: `
OIDCCacheEncrypt On
OIDCCryptoPassphrase ${'p'.repeat(32)}
OIDCOAuthIntrospectionEndpoint ${server.issuer}/introspect
OIDCOAuthClientID ${contactSaver.clientId}
OIDCOAuthClientSecret ${contactSaver.secret}`,
      };
      // As docs/resource-servers.md says, but for the certificate that nobody else trusts.
      apache = await startApache(
        apachePort,
        ['contacts'],
        `
OIDCOAuthSSLValidateServer Off
${verification[way as keyof typeof verification]}
<Location /contacts>
  AuthType oauth20
  <RequireAll>
    Require claim iss:${server.issuer}
    Require claim aud:${contacts.identifier}
    Require claim "scope~(^| )contacts[.]read( |$)"
  </RequireAll>
</Location>
`,
      );
    });
    afterAll(async () => {
      await apache?.stop();
      await server?.stop();
      await agent?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const accessToken = async (scope: string): Promise<string> => {
      const answer = await fetch(`${server.issuer}/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
        dispatcher: agent,
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    };
    const statusWith = async (token: string): Promise<number> =>
      (await fetch(`${origin}/contacts`, { headers: { authorization: `Bearer ${token}` } })).status;

    it('takes a token with the scope, and refuses one without it and one that nobody issued', async () => {
      const good = await accessToken('contacts.read contacts.write');
      expect(await statusWith(good)).toBe(200);
      expect(await statusWith(await accessToken('contacts.write'))).toBe(401);
      expect(await statusWith(`${good.slice(0, -8)}AAAAAAAA`)).toBe(401);
      expect(await statusWith('forged')).toBe(401);
    });
  },
);
