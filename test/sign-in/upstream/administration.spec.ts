import { UpstreamsStore } from '../../../src/persistence/stores/upstreams.store.js';
import { TestBrowser } from '../../support/browser.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { RelyingParty } from '../../support/relying-party.js';
import { useServer } from '../../support/server.js';
import { registerUpstream, signInAt } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

const secret = 'secret of eyrie at acme';

describe('The admin API for upstreams', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  const browser = useBrowser(server);
  const acme = () => ({
    alias: 'acme',
    name: 'Acme',
    issuer: provider.issuer,
    client_id: 'eyrie',
    client_secret: secret,
    new_account: 'create',
  });

  it('registers, shows and changes an upstream, never with its secret', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const made = await admin.put('/upstreams', acme());
    expect(made).toMatchObject({
      status: 200,
      body: {
        alias: 'acme',
        protocol: 'oidc',
        enabled: true,
        has_secret: true,
        redirect_uri: `${server.issuer}/upstream/acme/callback`,
      },
    });
    expect(made.text).not.toContain(secret);
    const { client_secret: _secret, ...others } = acme();
    const changed = await admin.put('/upstreams', { ...others, name: 'Acme Corporation' });
    expect(changed.body).toMatchObject({ name: 'Acme Corporation', has_secret: true });
    expect((await admin.get('/upstreams')).body['items']).toHaveLength(1);
    const stored = await server.app.get(UpstreamsStore).find('acme');
    expect(JSON.stringify(stored)).not.toContain(secret);

    const auditor = await AdminCaller.register(server, 'eyrie.audit.read');
    const { text } = await auditor.get('/audit-events?event=upstream.updated');
    expect(text).toContain('Acme Corporation');
    expect(text).not.toContain(secret);
  });

  it.each([
    [{ issuer: undefined }, 'issuer is missing'],
    [{ issuer: 'http://login.example.com' }, 'issuer must use https'],
    [{ client_id: undefined }, 'client_id is missing'],
    [{ alias: 'new', client_secret: undefined }, 'client_secret is missing, which client_secret_basic needs'],
    [{ preset: 'github', protocol: 'oidc' }, 'protocol is oidc, but the preset is of oauth2'],
    [{ email_domains: ['a b'] }, 'email_domains holds a b, which is not a domain'],
    [{ claims: { administrator: 'admin' } }, /^claims holds administrator, which is none of/],
    [{ amr_map: { mfa: 'super' } }, /^amr_map must hold password, multi-factor/],
    [{ alias: 'A/B' }, 'alias must be lower-case letters, digits and hyphens'],
    [{ new_account: 'maybe' }, /^new_account must be one of/],
  ])('%j is refused', async (members, message) => {
    const admin = await AdminCaller.register(server);
    const refused = await admin.put('/upstreams', { ...acme(), ...members });

    expect(refused.status).toBe(400);
    expect(refused.body['message']).toContainEqual(expect.stringMatching(message));
  });

  it('needs a right of its own: whoever manages users may not say who signs in as them', async () => {
    const support = await AdminCaller.register(server, 'eyrie.users');

    expect((await support.put('/upstreams', acme())).status).toBe(403);
    expect((await support.get('/upstreams')).status).toBe(403);
  });

  it('foresees what the deletion of an upstream ends, and ends it', async () => {
    await registerUpstream(server, provider);
    await signInAt(browser, provider, { claims: { preferred_username: 'dora' } });
    const client = await RelyingParty.register(server, {}, browser);
    const tokens = await client.tokens();
    const admin = await AdminCaller.register(server);
    const foreseen = await admin.delete('/upstreams/acme?dry_run=true');
    expect(foreseen).toMatchObject({ status: 200, body: { sessions: 1 } });
    expect((await client.introspect(tokens.access_token)).body['active']).toBe(true);

    expect((await admin.delete('/upstreams/acme')).status).toBe(204);
    expect((await admin.delete('/upstreams/acme')).status).toBe(404);
    expect((await browser.open('/account')).url).toContain('/login');
    expect((await browser.open('/login')).html).not.toContain('Sign in with Acme');
  });

  it('stays the provider that people are linked at', async () => {
    await registerUpstream(server, provider);
    await signInAt(new TestBrowser(server.issuer), provider, { claims: { preferred_username: 'lena' } });
    const moved = { issuer: 'http://127.0.0.1:1', subject_claim: 'email' };

    await expect(registerUpstream(server, provider, moved)).rejects.toMatchObject({
      response: {
        message: [
          expect.stringContaining('issuer cannot change while people are linked'),
          expect.stringContaining('subject_claim cannot change while people are linked'),
        ],
      },
    });
    await expect(registerUpstream(server, provider, { name: 'Acme' })).resolves.toBeUndefined();
  });
});
