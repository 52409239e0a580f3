import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { responseOf, TestBrowser } from '../support/browser.js';
import { type Registered, send } from '../support/dynamic-registration.js';
import { logoutUrl } from '../support/logout.js';
import { type Answer, expectRefusal, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const cursor = 'cursor://anysphere.cursor-retrieval/oauth/callback';
const dotted = 'com.example.app:/callback';
const publicClient = { token_endpoint_auth_method: 'none', scope: 'openid' };

describe('Redirection URIs of applications', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
    EYRIE_REDIRECT_SCHEMES: 'cursor,vscode',
  });
  let admin: AdminCaller;

  const register = (metadata: object): Promise<Answer> => send(server, 'POST', '/register', metadata);

  beforeAll(async () => {
    await server.createUser(alice);
    admin = await AdminCaller.register(server);
  });

  it('A4 a public client registers a scheme that the operator allows, and gets its code there', async () => {
    const metadata = { ...publicClient, redirect_uris: [cursor] };
    const answer = await register(metadata);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ application_type: 'native', redirect_uris: [cursor] });
    const browser = await signedInBrowser(server);
    const party = RelyingParty.of(server, answer.body as Registered, metadata, browser);
    const page = await browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(shows.consent(page)).toBe(true);
    expect(page.html).toContain('the app that owns cursor:');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' cursor:;");
    const left = await browser.submit(page, { decision: 'allow' });
    expect(left.url.startsWith(`${cursor}?code=`)).toBe(true);
    expect(responseOf(left).get('code')).toEqual(expect.any(String));
  });

  it.each<[string, object]>([
    ['of a confidential client', { redirect_uris: [cursor] }],
    ['that is not allowed', { ...publicClient, redirect_uris: ['windsurf://callback'] }],
    [
      'of a client that says it is a web client',
      { ...publicClient, redirect_uris: [cursor], application_type: 'web' },
    ],
    [
      'with a dot, of a client that says it is a web client',
      { ...publicClient, redirect_uris: [dotted], application_type: 'web' },
    ],
  ])('A4 a scheme %s is invalid_redirect_uri, and 400 at the admin API', async (_title, metadata) => {
    expectRefusal(await register(metadata), 400, 'invalid_redirect_uri');
    expectRefusedField(await admin.post('/clients', metadata), 'redirect_uris\\[0\\]');
  });

  it('A4 a scheme with a dot makes a client native that does not say what it is', async () => {
    const answer = await register({ ...publicClient, redirect_uris: [dotted] });
    expect([answer.status, answer.body.application_type]).toEqual([201, 'native']);
    const web = await admin.post('/clients', {
      ...publicClient,
      redirect_uris: ['https://app.example.com/'],
    });
    expect(web.body.application_type).toBe('web');
    const path = `/clients/${String(web.body.client_id)}`;
    const changed = await admin.patch(path, { redirect_uris: ['https://app.example.com/', dotted, cursor] });
    expect([changed.status, changed.body.application_type]).toEqual([200, 'native']);
    expectRefusedField(
      await admin.patch(path, { token_endpoint_auth_method: 'client_secret_basic' }),
      'redirect_uris\\[2\\]',
    );
  });

  it('A4 after a logout, any port of loopback and any registered scheme may be returned to', async () => {
    const returning = [
      'http://localhost/bye',
      'http://127.0.0.1:4000/bye',
      'http://[::1]/bye',
      cursor,
      dotted,
    ];
    const { body } = await admin.post('/clients', {
      ...publicClient,
      redirect_uris: [cursor],
      post_logout_redirect_uris: returning,
    });
    const logout = async (uri: string): Promise<string | null> => {
      const url = logoutUrl({ client_id: String(body.client_id), post_logout_redirect_uri: uri, state: 's' });
      return (await new TestBrowser(server.issuer).send(url)).headers.get('location');
    };
    for (const uri of [
      'http://localhost:51234/bye',
      'http://127.0.0.1:51234/bye',
      'http://[::1]:51234/bye',
      cursor,
      dotted,
    ])
      expect(await logout(uri)).toBe(`${uri}?state=s`);
    for (const uri of [
      'http://localhost:51234/other',
      'http://localhost:99999/bye',
      'http://127.0.0.2/bye',
      'http://localhost.evil.example/bye',
      `${cursor}/more`,
    ])
      expect(await logout(uri)).toBeNull();
  });
});
