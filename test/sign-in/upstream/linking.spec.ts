import { Groups } from '../../../src/directory/groups.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { MembershipsStore } from '../../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { TestBrowser } from '../../support/browser.js';
import { IdentityProvider, type ProviderAnswer } from '../../support/identity-provider.js';
import { alice, useServer } from '../../support/server.js';
import { goTo, registerUpstream, signInAt } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';
import { signedInBrowser } from '../../support/walk.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

const verified = { ...alice, email_verified: true };
let people = 0;
const somebody = (claims: ProviderAnswer['claims'] = {}): ProviderAnswer => ({
  claims: { sub: `somebody-${(people += 1)}`, ...claims },
});

describe('Somebody from an upstream', () => {
  const server = useServer(
    { EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' },
    { users: [verified] },
  );
  const browser = useBrowser(server);
  const users = () => server.app.get(UsersStore);
  const identitiesOf = async (username: string) => {
    const user = await users().findByUsername(username);
    return user ? server.app.get(IdentitiesStore).of(user.id) : [];
  };
  beforeEach(() => registerUpstream(server, provider));

  it('gets an account with what the upstream says of them', async () => {
    const claims = {
      preferred_username: 'nora',
      name: 'Nora Nest',
      email: 'nora@acme.example',
      email_verified: true,
    };
    const signedIn = await signInAt(browser, provider, somebody(claims));

    expect(signedIn.url).toMatch(/\/account$/);
    expect(await users().findByUsername('nora')).toMatchObject({
      name: 'Nora Nest',
      // The upstream is not trusted for this domain: whoever has the address could recover the account.
      email: null,
      emailVerified: false,
    });
    expect(await identitiesOf('nora')).toMatchObject([{ alias: 'acme', label: 'nora@acme.example' }]);
  });

  it('is a member of the groups that correspond to theirs, as long as they have them', async () => {
    await server.app.get(Groups).create({ name: 'employees' }, 'test');
    await registerUpstream(server, provider, { group_map: { 'staff@acme': 'employees' } });
    const { claims } = somebody({ preferred_username: 'gina' });
    const groupsAfter = async (groups?: string[]) => {
      await signInAt(new TestBrowser(server.issuer), provider, {
        claims: { ...claims, ...(groups && { groups }) },
      });
      const gina = await users().findByUsername('gina');
      return (await server.app.get(MembershipsStore).of(gina?.id ?? '')).groups.map(({ name }) => name);
    };

    expect(await groupsAfter(['staff@acme', 'other'])).toEqual(['employees']);
    expect(await groupsAfter(['other'])).toEqual([]);
    expect(await groupsAfter(['staff@acme'])).toEqual(['employees']);
    expect(await groupsAfter()).toEqual([]);
  });

  it('has a verified address if the upstream is trusted for its domain, and says that it is verified', async () => {
    await registerUpstream(server, provider, { trusted_email_domains: ['acme.example'] });
    const cases = [
      ['otto', 'otto@acme.example', true, true],
      ['emma', 'emma@acme.example', false, false],
      ['ida', 'ida@other.example', true, false],
    ] as const;
    for (const [name, email, email_verified, expected] of cases) {
      const answer = somebody({ preferred_username: name, email, email_verified });
      await signInAt(new TestBrowser(server.issuer), provider, answer);

      expect(await users().findByUsername(name)).toMatchObject({
        email: expected ? email : null,
        emailVerified: expected,
      });
    }
  });

  it('keeps a verified address, unless it and the new one are of domains that are named', async () => {
    const { claims } = somebody({
      preferred_username: 'vera',
      email: 'vera@acme.example',
      email_verified: true,
    });
    const addressAfter = async (email: string, domains: string[]): Promise<string | null | undefined> => {
      await registerUpstream(server, provider, { trusted_email_domains: domains });
      await signInAt(new TestBrowser(server.issuer), provider, { claims: { ...claims, email } });
      return (await users().findByUsername('vera'))?.email;
    };

    expect(await addressAfter('vera@acme.example', ['*'])).toBe('vera@acme.example');
    expect(await addressAfter('vera@elsewhere.example', ['*'])).toBe('vera@acme.example');
    expect(await addressAfter('vera@elsewhere.example', [])).toBe('vera@acme.example');
    expect(await addressAfter('v.vane@acme.example', ['acme.example'])).toBe('v.vane@acme.example');
  });

  it('has no username that is the address of somebody else', async () => {
    await registerUpstream(server, provider, { trusted_email_domains: ['acme.example'] });
    const own = { email: 'wim@acme.example', email_verified: true };
    await signInAt(browser, provider, somebody({ preferred_username: 'victim@corp.example', ...own }));

    expect(await users().findByUsername('victim@corp.example')).toBeNull();
    expect(await users().findByUsername('wim@acme.example')).not.toBeNull();
  });

  it('signs in to the same account the next time, which has what has changed there', async () => {
    const { claims } = somebody({ preferred_username: 'paul', name: 'Paul' });
    await signInAt(browser, provider, { claims });
    const id = (await users().findByUsername('paul'))?.id;
    await signInAt(new TestBrowser(server.issuer), provider, { claims: { ...claims, name: 'Paul Park' } });

    expect(await users().findByUsername('paul')).toMatchObject({ id, name: 'Paul Park' });
    expect(await identitiesOf('paul')).toHaveLength(1);
  });

  it('gets another username if theirs is taken, and one of the upstream if theirs is none', async () => {
    await signInAt(browser, provider, somebody({ preferred_username: 'alice', name: 'Other Alice' }));
    await signInAt(
      new TestBrowser(server.issuer),
      provider,
      somebody({ preferred_username: '\u200b', name: 'Nobody' }),
    );
    const { items } = await users().list({ limit: 100 });
    const nameOf = (name: string) => items.find((user) => user.name === name)?.username;

    expect(nameOf('Other Alice')).toMatch(/^alice-[a-z0-9]{4}$/);
    expect(nameOf('Nobody')).toMatch(/^acme-/);
  });

  it('two browsers at once with the same identity make one account', async () => {
    const answer = somebody({ preferred_username: 'twin' });
    const browsers = [
      new TestBrowser(server.issuer),
      new TestBrowser(server.issuer),
      new TestBrowser(server.issuer),
    ];
    const before = await users().count();
    const pages = await Promise.all(browsers.map((one) => signInAt(one, provider, answer)));

    expect(pages.map(({ url }) => url.replace(server.issuer, ''))).toEqual([
      '/account',
      '/account',
      '/account',
    ]);
    expect(await users().count()).toBe(before + 1);
  });

  it('is linked to the account with the same verified address where the rules say so', async () => {
    await registerUpstream(server, provider, {
      trusted_email_domains: ['example.com'],
      existing_account: 'link',
    });
    const signedIn = await signInAt(
      browser,
      provider,
      somebody({ email: 'Alice@example.com', email_verified: true }),
    );

    expect(signedIn.html).toContain('alice');
    expect(await identitiesOf('alice')).toHaveLength(1);
  });

  it('is not linked to an administrator by an address alone', async () => {
    await registerUpstream(server, provider, {
      trusted_email_domains: ['acme.example'],
      existing_account: 'link',
    });
    const root = { username: 'root', password: 'the keys of the house', email: 'root@acme.example' };
    await server.createUser({ ...root, email_verified: true, admin_roles: ['auditor'] });
    const asked = await signInAt(browser, provider, somebody({ email: root.email, email_verified: true }));
    expect(asked.html).toContain('Nobody here is linked to the account root@acme.example');
    expect(await identitiesOf('root')).toHaveLength(0);
    await browser.submit(asked, { username: 'root', password: root.password });
    expect(await identitiesOf('root')).toHaveLength(1);
  });

  it('is not linked by an address that the upstream has not verified, or is not trusted for', async () => {
    await registerUpstream(server, provider, {
      trusted_email_domains: ['example.com'],
      existing_account: 'link',
    });
    const before = (await identitiesOf('alice')).length;
    await signInAt(browser, provider, somebody({ email: 'alice@example.com', email_verified: false }));
    await registerUpstream(server, provider, {
      trusted_email_domains: ['acme.example'],
      existing_account: 'link',
    });
    await signInAt(
      new TestBrowser(server.issuer),
      provider,
      somebody({ email: 'alice@example.com', email_verified: true }),
    );

    expect(await identitiesOf('alice')).toHaveLength(before);
  });

  it('signs in here first to be linked, where the rules say so', async () => {
    await registerUpstream(server, provider, { new_account: 'confirm' });
    const before = (await identitiesOf('alice')).length;
    const answer = somebody({ preferred_username: 'someone' });
    const asked = await signInAt(browser, provider, answer);
    expect(asked.html).toContain('Nobody here is linked to the account someone at Acme.');
    expect(asked.html).not.toContain('Sign in with Acme');
    const wrong = await browser.submit(asked, { username: 'alice', password: 'wrong' });
    expect(await identitiesOf('alice')).toHaveLength(before);
    const signedIn = await browser.submit(wrong, { username: 'alice', password: alice.password });

    expect(signedIn.url).toMatch(/\/account$/);
    expect(await identitiesOf('alice')).toHaveLength(before + 1);
    const next = await signInAt(new TestBrowser(server.issuer), provider, answer);
    expect(next.html).toContain('alice');
  });

  it.each([
    ['creates nobody and links nobody any more', { new_account: 'refuse' }],
    ['is disabled', { enabled: false }],
  ] as const)('is not linked if the upstream %s by the time of the sign-in here', async (_title, change) => {
    await registerUpstream(server, provider, { new_account: 'confirm' });
    const before = (await identitiesOf('alice')).length;
    const asked = await signInAt(browser, provider, somebody({ preferred_username: 'late' }));
    await registerUpstream(server, provider, change);
    const signedIn = await browser.submit(asked, { username: 'alice', password: alice.password });

    expect(signedIn.url).toMatch(/\/account$/);
    expect(await identitiesOf('alice')).toHaveLength(before);
  });

  it('does not sign in if the account here is disabled', async () => {
    const answer = somebody({ preferred_username: 'gone' });
    await signInAt(browser, provider, answer);
    const admin = await AdminCaller.register(server);
    const id = (await users().findByUsername('gone'))?.id ?? '';
    await admin.post(`/users/${id}/disable`);
    const refused = await signInAt(new TestBrowser(server.issuer), provider, answer);

    expect(refused.status).toBe(403);
    expect(refused.html).toContain('Your account here is disabled');
  });

  it('sees in their account where they are linked, links another account, and removes it', async () => {
    const own = await signedInBrowser(server);
    const page = await own.open('/account/security');
    const answer = somebody({ email: 'second@acme.example' });
    const linked = await own.open(provider.authorize(await goTo(own, page), answer));

    expect(linked.url).toMatch(/\/account\/security$/);
    expect(linked.html).toContain('second@acme.example');
    const mine = (await identitiesOf('alice')).find(({ label }) => label === 'second@acme.example');
    const removed = await own.submit(linked, { id: mine?.id ?? '' });
    expect(removed.html).toContain('The account is no longer linked.');
    expect((await identitiesOf('alice')).map(({ label }) => label)).not.toContain('second@acme.example');
  });

  it('cannot link an account that is linked to somebody else', async () => {
    const answer = somebody({ preferred_username: 'first' });
    await signInAt(browser, provider, answer);
    const own = await signedInBrowser(server);
    const refused = await own.open(
      provider.authorize(await goTo(own, await own.open('/account/security')), answer),
    );

    expect(refused.status).toBe(409);
  });

  it('does not remove the last thing that they sign in with', async () => {
    const page = await signInAt(
      browser,
      provider,
      somebody({ preferred_username: 'only', auth_time: Math.floor(Date.now() / 1_000) }),
      '/login?to=security',
    );
    const [identity] = await identitiesOf('only');
    const kept = await browser.submit(page, { id: identity?.id ?? '' });

    expect(kept.html).toContain('is all that you sign in with');
    expect(await identitiesOf('only')).toHaveLength(1);
  });

  it('cannot change here what comes from there', async () => {
    await signInAt(browser, provider, somebody({ preferred_username: 'fixed', name: 'Fixed Name' }));
    const page = await browser.open('/account/profile');

    expect(page.html).toContain('Fixed Name');
    expect(page.html).not.toContain('name="name"');
    await browser.submit(page, { nickname: 'Nick', name: 'Changed' });
    expect(await users().findByUsername('fixed')).toMatchObject({ name: 'Fixed Name', nickname: 'Nick' });
  });

  it('is listed and unlinked by an administrator, even if it is the last', async () => {
    await signInAt(browser, provider, somebody({ preferred_username: 'listed' }));
    const admin = await AdminCaller.register(server, 'eyrie.users');
    const id = (await users().findByUsername('listed'))?.id ?? '';
    const { body } = await admin.get(`/users/${id}/identities`);
    const items = body.items as { id: string }[];
    expect(items).toMatchObject([{ upstream: 'acme', subject: expect.stringMatching(/^somebody-/) }]);

    expect((await admin.delete(`/users/${id}/identities/${items[0]?.id}`)).status).toBe(204);
    expect((await admin.delete(`/users/${id}/identities/${items[0]?.id}`)).status).toBe(404);
    expect(await identitiesOf('listed')).toEqual([]);
  });
});
