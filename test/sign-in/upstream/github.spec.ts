import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { useServer } from '../../support/server.js';
import { goTo, registerUpstream } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

describe('GitHub as an upstream', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  const browser = useBrowser(server);
  beforeEach(async () => {
    provider.userinfo = { id: 583_231, login: 'octocat', name: 'The Octocat', email: null };
    provider.host.documents.set('/emails', [
      { email: 'old@acme.example', primary: false, verified: true },
      { email: 'octocat@acme.example', primary: true, verified: true },
    ]);
    await registerUpstream(server, provider, {
      alias: 'github',
      name: 'GitHub',
      preset: 'github',
      authorization_endpoint: provider.host.url('/authorize'),
      token_endpoint: provider.host.url('/token'),
      userinfo_endpoint: provider.host.url('/userinfo'),
      emails_endpoint: provider.host.url('/emails'),
      trusted_email_domains: ['acme.example'],
    });
  });
  const signIn = async (parameters: Record<string, string | null> = {}) => {
    const url = await goTo(browser, await browser.open('/login'), 'github');
    return browser.open(provider.authorize(url, { parameters: { iss: null, ...parameters } }));
  };

  it('identifies people by their number, with the primary address', async () => {
    expect((await signIn()).url).toMatch(/\/account$/);
    const user = await server.app.get(UsersStore).findByUsername('octocat');
    expect(user).toMatchObject({
      name: 'The Octocat',
      email: 'octocat@acme.example',
      emailVerified: true,
    });
    const identities = await server.app.get(IdentitiesStore).of(user?.id ?? '');
    expect(identities).toMatchObject([{ alias: 'github', subject: '583231' }]);
    expect(provider.tokenRequest?.get('client_secret')).toBe('secret of eyrie at acme');
  });

  it.each([
    ['an answer without a code', { code: null }, 400],
    ['a refusal', { code: null, error: 'access_denied' }, 403],
    ['another state', { state: 'other' }, 400],
  ])('refuses %s', async (_name, parameters, status) => {
    expect((await signIn(parameters)).status).toBe(status);
  });

  it('refuses somebody without a number', async () => {
    provider.userinfo = { login: 'octocat' };

    expect((await signIn()).status).toBe(400);
  });
});
