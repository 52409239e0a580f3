import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditStore } from '../../src/persistence/stores/audit.store.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { authority } from '../support/certificates.js';
import { personEntry, registerDirectory, slapdPath, startTestDirectory } from '../support/directory.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { alice, useServer } from '../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const mails = await useMailReceiver();
const folder = mkdtempSync(join(tmpdir(), 'eyrie-ldap-'));
const caFile = join(folder, 'ca.pem');
const policy = (cn: string, rules: string): string =>
  `dn: cn=${cn},dc=acme,dc=example\nobjectClass: device\nobjectClass: pwdPolicy\ncn: ${cn}\npwdAttribute: userPassword\n${rules}`;
const policyDn = 'cn=policy,dc=acme,dc=example';
const directory = slapdPath
  ? await startTestDirectory(
      slapdPath,
      [
        policy('policy', 'pwdInHistory: 3\npwdMinLength: 12\npwdCheckQuality: 2'),
        policy('slow', 'pwdMinAge: 86400'),
        policy('fixed', 'pwdAllowUserChange: FALSE'),
        ...['nora', 'otto', 'vic', 'ida'].map((uid) => personEntry(uid)),
        personEntry('eve', { pwdPolicySubentry: 'cn=slow,dc=acme,dc=example' }),
        personEntry('fay', { pwdPolicySubentry: 'cn=fixed,dc=acme,dc=example' }),
      ],
      { policyDn },
    )
  : {
      url: '',
      secureUrl: '',
      rootDn: '',
      rootPassword: '',
      authority: (await authority('none')).cert,
      stop: () => {},
    };
writeFileSync(caFile, directory.authority);
afterAll(() => {
  directory.stop();
  rmSync(folder, { recursive: true });
});

describeDirectory('The password of a directory that can be changed from here', () => {
  const server = useServer(
    {
      ...mails.settings,
      EYRIE_OUTBOUND_ALLOW: '127.0.0.1',
      EYRIE_LDAP_CA: caFile,
      EYRIE_SIGN_IN_ATTEMPTS: '5',
    },
    { users: [alice] },
  );
  const page = '/account/password';
  const secret = (uid: string): string => `password of ${uid}`;
  const register = (members = {}) =>
    registerDirectory(server, directory, {
      servers: [directory.secureUrl],
      password_change: true,
      ...members,
    });
  const signIn = async (username: string, password = secret(username)): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await browser.open('/login'), { username, password });
    return browser;
  };
  const isSignedIn = async (browser: TestBrowser): Promise<boolean> =>
    (await browser.open('/account')).url.endsWith('/account');
  const change = async (browser: TestBrowser, present: string, next: string, again = next): Promise<Shown> =>
    browser.submit(await browser.open(page), {
      password: present,
      new_password: next,
      new_password_again: again,
    });
  beforeEach(async () => {
    server.clock.advance(3_600);
    await register();
    await mails.take(server);
  });

  it('is changed by whoever knows the present one, which ends other sessions, sends a mail and is audited', async () => {
    const other = await signIn('nora');
    const browser = await signIn('nora');
    expect((await browser.open('/account/security')).html).toContain('href="/account/password"');
    expect((await browser.open(page)).html).toContain('name="password"');

    const next = 'quiet violet umbrella';
    const done = await change(browser, secret('nora'), next);
    expect(done.url).toMatch(/\/account\/security$/);
    expect(done.html).toContain('Your password was changed');
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(other)).toBe(false);
    expect(await isSignedIn(await signIn('nora'))).toBe(false);
    expect(await isSignedIn(await signIn('nora', next))).toBe(true);
    const subjects = (await mails.take(server)).map(({ subject }) => subject);
    expect(subjects).toContain('Your password was changed');
    const { items } = await server.app.get(AuditStore).list({ event: 'user.password_set' }, { limit: 1 });
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(next);
  });

  it('stays as it is after a wrong present one, which counts as a failed sign-in', async () => {
    const browser = await signIn('vic');
    for (let count = 0; count < 5; count += 1) {
      const refused = await change(browser, 'wrong', 'quiet violet umbrella');
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
    expect((await change(browser, secret('vic'), 'quiet violet umbrella')).status).toBe(429);
    const { items } = await server.app.get(AuditStore).list({ event: 'sign_in.failed' }, { limit: 1 });
    expect(items[0]?.detail).toMatchObject({ upstream: 'corp', reason: 'wrong_password' });
    server.clock.advance(3_600);
    expect(await isSignedIn(await signIn('vic'))).toBe(true);
  });

  it('is refused with what the directory has against the new one', async () => {
    const browser = await signIn('otto');
    const differ = await change(browser, secret('otto'), 'quiet violet umbrella', 'quiet violet');
    expect(differ.html).toContain('The two passwords differ');
    // Good enough for this server.
    const short = await change(browser, secret('otto'), 'kq7#Vx!zp2');
    expect(short.status).toBe(400);
    expect(short.html).toContain('does not accept this password');
    await change(browser, secret('otto'), 'quiet violet umbrella');
    const again = await change(browser, 'quiet violet umbrella', 'seven copper lanterns');
    expect(again.url).toMatch(/\/account\/security$/);
    const old = await change(browser, 'seven copper lanterns', 'quiet violet umbrella');
    expect(old.html).toContain('does not accept a password that you had before');
  });

  it('is refused where it was changed a short time ago, or may not be changed by its owner', async () => {
    const browser = await signIn('eve');
    await change(browser, secret('eve'), 'quiet violet umbrella');
    const young = await change(browser, 'quiet violet umbrella', 'seven copper lanterns');
    expect(young.html).toContain('was changed a short time ago');
    const fixed = await change(await signIn('fay'), secret('fay'), 'seven copper lanterns');
    expect(fixed.html).toContain('does not let you change your password here');
  });

  it('is not offered unless the upstream says so', async () => {
    await register({ password_change: false });
    const browser = await signIn('ida');
    expect((await browser.open('/account/security')).html).not.toContain('href="/account/password"');
    const shown = await browser.open(page);
    expect(shown.html).toContain('belongs to the directory of your organization. Change it there');
    expect(shown.html).not.toContain('name="new_password"');
    await register({ password_change: false, password_help: 'Call 1234 <b>.' });
    const helped = await browser.open(page);
    expect(helped.html).toContain('belongs to');
    expect(helped.html).toContain('Call 1234 &lt;b&gt;.');
  });

  it('is not changed by a form from before it was not offered any more', async () => {
    const browser = await signIn('ida');
    const form = await browser.open(page);
    await register({ password_change: false });
    const refused = await browser.submit(form, {
      password: secret('ida'),
      new_password: 'quiet violet umbrella',
      new_password_again: 'quiet violet umbrella',
    });
    expect(refused.status).toBe(409);
    expect(refused.html).not.toContain('name="new_password"');
    expect(await isSignedIn(await signIn('ida'))).toBe(true);
  });

  it('waits for a directory that is away', async () => {
    const browser = await signIn('ida');
    await register({ servers: ['ldaps://127.0.0.1:1'] });
    expect((await change(browser, secret('ida'), 'quiet violet umbrella')).status).toBe(503);
    server.clock.advance(31);
    await register();
    expect(await isSignedIn(await signIn('ida'))).toBe(true);
  });

  it('is registered with TLS alone', async () => {
    await expect(register({ servers: [directory.url] })).rejects.toMatchObject({
      response: { message: expect.arrayContaining([expect.stringContaining('password_change needs TLS')]) },
    });
    await expect(register({ servers: [directory.url], start_tls: true })).resolves.toBeUndefined();
  });
});
