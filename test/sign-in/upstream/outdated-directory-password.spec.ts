import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditStore } from '../../../src/persistence/stores/audit.store.js';
import { type Shown, TestBrowser } from '../../support/browser.js';
import { authority, certificate } from '../../support/certificates.js';
import { personEntry, registerDirectory, slapdPath, startTestDirectory } from '../../support/directory.js';
import { startScriptedDirectory } from '../../support/scripted-directory.js';
import { alice, type TestServer, useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'eyrie-ldap-'));
const caFile = join(folder, 'ca.pem');
const policy = (cn: string, rules: string): string =>
  `dn: cn=${cn},dc=acme,dc=example\nobjectClass: device\nobjectClass: pwdPolicy\ncn: ${cn}\npwdAttribute: userPassword\n${rules}`;
const long = { pwdChangedTime: '20200101000000Z' };
const graceful = { ...long, pwdPolicySubentry: 'cn=graceful,dc=acme,dc=example' };
const strict = { ...long, pwdPolicySubentry: 'cn=strict,dc=acme,dc=example' };
const directory = slapdPath
  ? await startTestDirectory(
      slapdPath,
      [
        policy('policy', 'pwdMustChange: TRUE\npwdLockout: TRUE'),
        policy('graceful', 'pwdMaxAge: 86400\npwdGraceAuthnLimit: 3'),
        policy('strict', 'pwdMaxAge: 86400'),
        ...['nora', 'otto', 'vic'].map((uid) => personEntry(uid, { pwdReset: 'TRUE' })),
        personEntry('ida', graceful),
        personEntry('eve', strict),
        personEntry('leo', { pwdAccountLockedTime: '000001010000Z' }),
      ],
      { policyDn: 'cn=policy,dc=acme,dc=example' },
    )
  : {
      url: '',
      secureUrl: '',
      rootDn: '',
      rootPassword: '',
      authority: (await authority('none')).cert,
      stop: () => {},
    };

const domain = 'DC=acme,DC=example';
const searcher = 'CN=eyrie,DC=acme,DC=example';
const [ca, failure] = [
  await authority('Another authority'),
  (code: string) =>
    [
      49,
      `80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data ${code}, v4563`,
    ] as const,
];
/** Active Directory: what it says of the right password of each name. */
const codes: Record<string, string | undefined> = { nina: '773', emil: '532', dora: '533', lara: '775' };
const passwords = new Map(Object.keys(codes).map((name) => [name, `password of ${name}`]));
const nameOf = (dn: string): string => /^CN=(\w+)/.exec(dn)?.[1] ?? '';
const active = await startScriptedDirectory({
  tls: await certificate({ names: [{ type: 'ip', value: '127.0.0.1' }] }, ca),
  search: ({ filter }) =>
    [...passwords.keys()]
      .filter((name) => filter.includes(`=${name})`) || filter.includes('objectguid'))
      .map((name, index) => ({
        dn: `CN=${name},${domain}`,
        attributes: {
          objectGUID: [
            Buffer.alloc(
              16,
              1 + (filter.includes('objectguid') ? index : [...passwords.keys()].indexOf(name)),
            ),
          ],
          sAMAccountName: [name],
          mail: [`${name}@acme.example`],
          userAccountControl: [codes[name] === '533' ? '514' : '512'],
          pwdLastSet: [codes[name] === '773' ? '0' : '133000000000000000'],
        },
      })),
  bind: (dn, password) => {
    if (dn === searcher) return [0, ''];
    const name = nameOf(dn);
    const code = codes[name];
    if (code === '775') return failure(code);
    if (passwords.get(name) !== password) return failure('52e');
    return code === undefined ? [0, ''] : failure(code);
  },
  change: (boundAs) => (boundAs === searcher ? [0, ''] : [50, '00000005: SecErr']),
});
writeFileSync(caFile, `${directory.authority}\n${ca.cert}`);
afterAll(() => {
  directory.stop();
  active.stop();
  rmSync(folder, { recursive: true });
});

const next = 'quiet violet umbrella';
const settings = {
  EYRIE_OUTBOUND_ALLOW: '127.0.0.1',
  EYRIE_LDAP_CA: caFile,
  EYRIE_SIGN_IN_ATTEMPTS: '5',
};
const secret = (uid: string): string => `password of ${uid}`;
const enter = async (server: TestServer, username: string, password = secret(username)) => {
  const browser = new TestBrowser(server.issuer);
  const shown = await browser.submit(await browser.open('/login'), { username, password });
  return { browser, shown };
};
const replace = (
  { browser, shown }: { browser: TestBrowser; shown: Shown },
  present: string,
  chosen = next,
): Promise<Shown> =>
  browser.submit(shown, { password: present, new_password: chosen, new_password_again: chosen });
const signedIn = /\/account$/;

describeDirectory('A password of a directory that must be changed', () => {
  const server = useServer(settings, { users: [alice] });
  const lastReason = async () => {
    const { items } = await server.app.get(AuditStore).list({ event: 'sign_in.failed' }, { limit: 1 });
    return items[0]?.detail;
  };
  const register = (members = {}) =>
    registerDirectory(server, directory, {
      servers: [directory.secureUrl],
      password_change: true,
      ...members,
    });
  beforeEach(async () => {
    server.clock.advance(3_600);
    await register();
  });

  it('is changed at sign-in, which then goes on, and is not the password any more', async () => {
    const entered = await enter(server, 'nora');
    expect(entered.shown.html).toContain('Your password at');
    expect((await entered.browser.open('/account')).url).not.toMatch(signedIn);

    const wrong = await replace(entered, 'not the present one');
    expect(wrong.status).toBe(401);
    expect(wrong.html).toContain('The present password is wrong');
    const same = await replace({ ...entered, shown: wrong }, secret('nora'), secret('nora'));
    expect(same.html).toContain('is the present one');
    const done = await replace({ ...entered, shown: same }, secret('nora'));
    expect(done.url).toMatch(signedIn);
    expect((await enter(server, 'nora')).shown.status).toBe(401);
    expect((await enter(server, 'nora', next)).shown.url).toMatch(signedIn);
  });

  it('is changed once by a form that is sent twice', async () => {
    const entered = await enter(server, 'otto');
    expect((await replace(entered, secret('otto'))).url).toMatch(signedIn);
    expect((await replace(entered, secret('otto'))).url).toMatch(signedIn);
    expect((await enter(server, 'otto', next)).shown.url).toMatch(signedIn);
  });

  it('that has expired is changed in its time of grace', async () => {
    const entered = await enter(server, 'ida');
    expect(entered.shown.html).toContain('name="new_password"');
    expect((await replace(entered, secret('ida'))).url).toMatch(signedIn);
    expect((await enter(server, 'ida', next)).shown.url).toMatch(signedIn);
  });

  it('says so to those alone who know it where it cannot be changed here, in the words of their organization', async () => {
    const help = 'Change it at https://password.acme.example.';
    await register({ password_change: false, password_help: help });
    const { shown } = await enter(server, 'vic');
    expect(shown.status).toBe(401);
    expect(shown.html).toContain('must be changed');
    expect(shown.html).toContain(help);
    expect(await lastReason()).toMatchObject({ upstream: 'corp', reason: 'password_must_change' });
    const expired = await enter(server, 'eve');
    expect(expired.shown.html).toContain('has expired');
    expect(await lastReason()).toMatchObject({ reason: 'password_expired' });
    for (const name of ['vic', 'eve', 'nobody']) {
      const guessed = await enter(server, name, 'wrong');
      expect(guessed.shown.html).toContain('The username or the password is wrong');
      expect(guessed.shown.html).not.toContain(help);
    }
    await register({ password_change: false });
    expect((await enter(server, 'vic')).shown.html).toContain('Change it there, then sign in here');
  });

  it('and has expired without grace is not changed here', async () => {
    const { shown } = await enter(server, 'eve');
    expect(shown.html).toContain('has expired');
    expect(shown.html).not.toContain('name="new_password"');
  });

  it('of an account that is locked tells nobody so', async () => {
    for (const password of [secret('leo'), 'wrong'])
      expect((await enter(server, 'leo', password)).shown.html).toContain(
        'The username or the password is wrong',
      );
  });
});

describe('A password of Active Directory that must be changed', () => {
  const server = useServer(settings, { users: [alice] });
  beforeEach(() => server.clock.advance(3_600));
  beforeAll(() =>
    registerDirectory(
      server,
      { url: active.url, rootDn: searcher, rootPassword: 'secret' },
      { alias: 'ad', preset: 'active_directory', base_dn: domain, password_change: true },
    ),
  );

  it.each(['nina', 'emil'])(
    'is changed with the account that searches, by the present password of %s',
    async (name) => {
      const entered = await enter(server, name);
      expect(entered.shown.html).toContain('name="new_password"');
      const before = active.changes.length;
      const wrong = await replace(entered, 'wrong');
      expect(wrong.html).toContain('The present password is wrong');
      expect(active.changes).toHaveLength(before);
      expect((await replace({ ...entered, shown: wrong }, secret(name))).url).toMatch(signedIn);
      const value = (text: string): string => Buffer.from(`"${text}"`, 'utf16le').toString('hex');
      expect(active.changes.at(-1)).toEqual({
        dn: `CN=${name},${domain}`,
        changes: [
          { operation: 'delete', type: 'unicodePwd', values: [value(secret(name))] },
          { operation: 'add', type: 'unicodePwd', values: [value(next)] },
        ],
      });
    },
  );

  it('of an account that is disabled or locked gets the answer to a wrong one', async () => {
    for (const name of ['dora', 'lara'])
      for (const password of [secret(name), 'wrong'])
        expect((await enter(server, name, password)).shown.html).toContain(
          'The username or the password is wrong',
        );
  });
});
