import { jest } from '@jest/globals';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditStore } from '../../../src/persistence/stores/audit.store.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { LdapDirectory } from '../../../src/sign-in/upstream/ldap/ldap-directory.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { TestBrowser } from '../../support/browser.js';
import { authority } from '../../support/certificates.js';
import { personEntry, registerDirectory, slapdPath, startTestDirectory } from '../../support/directory.js';
import { alice, useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'eyrie-ldap-'));
const caFile = join(folder, 'ca.pem');

const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      personEntry('nora', { displayName: 'Nora Nest', givenName: 'Nora' }),
      personEntry('otto'),
      personEntry('jan (ext)'),
      personEntry('twin-1', { mail: 'twin@acme.example' }),
      personEntry('twin-2', { mail: 'twin@acme.example' }),
      personEntry('vic'),
      personEntry('eve'),
      personEntry('alice', { userPassword: 'password of the other alice' }),
    ])
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

describeDirectory('The password of a directory', () => {
  const server = useServer(
    { EYRIE_OUTBOUND_ALLOW: '127.0.0.1,localhost', EYRIE_LDAP_CA: caFile, EYRIE_SIGN_IN_ATTEMPTS: '5' },
    { users: [{ ...alice, email_verified: true }] },
  );
  const users = () => server.app.get(UsersStore);
  const signIn = async (username: string, password: string) => {
    const browser = new TestBrowser(server.issuer);
    return browser.submit(await browser.open('/login'), { username, password });
  };
  const lastFailure = async () => {
    const { items } = await server.app.get(AuditStore).list({ event: 'sign_in.failed' }, { limit: 1 });
    return items[0]?.detail;
  };
  beforeEach(async () => {
    server.clock.advance(3_600);
    await registerDirectory(server, directory);
  });

  it('signs in, and makes an account with what the directory says', async () => {
    const signedIn = await signIn('nora', 'password of nora');

    expect(signedIn.url).toMatch(/\/account$/);
    const nora = await users().findByUsername('nora');
    expect(nora).toMatchObject({
      name: 'Nora Nest',
      givenName: 'Nora',
      email: 'nora@acme.example',
      emailVerified: true,
    });
    const identities = await server.app.get(IdentitiesStore).of(nora?.id ?? '');
    // entryUUID, not the DN.
    expect(identities).toMatchObject([{ alias: 'corp', subject: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect((await signIn('nora@acme.example', 'password of nora')).url).toMatch(/\/account$/);
    expect(await server.app.get(IdentitiesStore).of(nora?.id ?? '')).toHaveLength(1);
  });

  it.each([
    ['a wrong password', 'otto', 'wrong', 'wrong_password'],
    ['an unknown name', 'nobody', 'wrong', 'unknown_person'],
    ['a name of two entries', 'twin@acme.example', 'password of twin-1', 'several_entries'],
    ['a wildcard', 'ott*', 'password of otto', 'unknown_person'],
    ['a filter', 'otto)(uid=*', 'password of otto', 'unknown_person'],
    ['a filter that closes the template', '*)(|(objectClass=*', 'password of otto', 'unknown_person'],
  ])(
    'gives the same answer to %s, which the audit trail alone tells apart',
    async (_name, name, password, reason) => {
      const refused = await signIn(name, password);

      expect(refused.status).toBe(401);
      expect(refused.html).toContain('The username or the password is wrong');
      expect(await lastFailure()).toMatchObject({ upstream: 'corp', reason });
    },
  );

  it('that is empty is never sent, and refused', async () => {
    expect((await signIn('otto', '')).status).toBe(401);
  });

  it('signs in a name with characters that filters know', async () => {
    expect((await signIn('jan (ext)', 'password of jan (ext)')).url).toMatch(/\/account$/);
  });

  it('does not sign in to an account with a password of this server', async () => {
    expect((await signIn('alice', 'password of the other alice')).status).toBe(401);
    expect((await signIn('alice', alice.password)).url).toMatch(/\/account$/);
  });

  it('is throttled by person, whichever spelling of their name is typed', async () => {
    for (const name of ['vic', 'VIC', ' vic', 'vic ', 'vic@acme.example'])
      expect((await signIn(name, 'wrong')).status).toBe(401);

    expect((await signIn('Vic', 'password of vic')).status).toBe(429);
    expect((await signIn('vic@acme.example', 'password of vic')).status).toBe(429);
  });

  it('is guessed no more often by guesses that are sent at once', async () => {
    const bind = jest.spyOn(server.app.get(LdapDirectory), 'bind');
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('eve', 'wrong')));
    expect(bind).toHaveBeenCalledTimes(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
    bind.mockRestore();
  });

  it('and what else comes from there is changed there alone', async () => {
    await signIn('nora', 'password of nora');
    const id = (await users().findByUsername('nora'))?.id ?? '';
    const admin = await AdminCaller.register(server, 'eyrie.users');
    const renamed = await admin.patch(`/users/${id}`, { name: 'Other' });
    expect(renamed.status).toBe(409);
    expect(JSON.stringify(renamed.body)).toContain('name belongs to the directory corp');
    expect((await admin.patch(`/users/${id}`, { nickname: 'Nono', name: 'Nora Nest' })).status).toBe(200);
    expect((await admin.post(`/users/${id}/invitation`, undefined)).status).toBe(409);
    const set = await admin.put(`/users/${id}/password`, { password: 'a fine new passphrase 17' });
    expect(set.status).toBe(409);
  });

  it('is asked for once more here, where the rules say that accounts are linked by their owners', async () => {
    await registerDirectory(server, directory, { new_account: 'confirm' });
    const browser = new TestBrowser(server.issuer);
    const asked = await browser.submit(await browser.open('/login'), {
      username: 'otto',
      password: 'password of otto',
    });
    expect(asked.html).toContain('Nobody here is linked to the account');
    const signedIn = await browser.submit(asked, { username: 'alice', password: alice.password });
    expect(signedIn.url).toMatch(/\/account$/);
    for (const name of ['alice', `alice${' '.repeat(330)}`])
      expect((await signIn(name, alice.password)).status).toBe(401);
    const linked = await signIn('otto', 'password of otto');
    expect(linked.html).toContain('alice');
    const id = (await users().findByUsername('alice'))?.id ?? '';
    const [identity] = await server.app.get(IdentitiesStore).of(id);
    const admin = await AdminCaller.register(server, 'eyrie.users');
    await admin.delete(`/users/${id}/identities/${identity?.id}`);
  });

  it('is not changed here, even if the account had to change one before it was linked', async () => {
    await registerDirectory(server, directory, {
      existing_account: 'link',
      trusted_email_domains: ['acme.example'],
    });
    await server.createUser({
      username: 'otto-before',
      password: 'the passphrase of before',
      email: 'otto@acme.example',
      email_verified: true,
      password_change_required: true,
    });
    expect((await signIn('otto', 'password of otto')).url).toMatch(/\/account$/);
    expect(
      await server.app.get(IdentitiesStore).of((await users().findByUsername('otto-before'))?.id ?? ''),
    ).toHaveLength(1);
  });

  it('travels over TLS to a server of the authority, and to no other', async () => {
    await registerDirectory(server, directory, { servers: [directory.secureUrl] });
    expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
    await registerDirectory(server, directory, { start_tls: true });
    expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
    // The certificate is one of 127.0.0.1.
    const otherHost = directory.secureUrl.replace('127.0.0.1', 'localhost');
    await registerDirectory(server, directory, { servers: [otherHost], name: 'Other host' });
    const refused = await signIn('nora', 'password of nora');
    expect(refused.status).toBe(503);
    expect(refused.html).toContain('Other host cannot be reached');
  });

  it('of a directory that is away cannot be checked: a page says so, and accounts of this server sign in', async () => {
    await registerDirectory(server, directory, { servers: ['ldap://127.0.0.1:1'] });
    for (let count = 0; count < 4; count += 1)
      expect((await signIn('nora', 'password of nora')).status).toBe(503);
    expect((await signIn('alice', alice.password)).url).toMatch(/\/account$/);
    // As for a name that nobody here has: it does not tell which names have a password of this server.
    expect((await signIn('alice', 'wrong')).status).toBe(503);

    server.clock.advance(31);
    await registerDirectory(server, directory, { servers: ['ldap://127.0.0.1:1', directory.url] });
    expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
  });

  it('is checked by the next server if one is unavailable, which is then not asked for a while', async () => {
    // A BindResponse with the result unavailable (RFC 4511 §4.2.2).
    const unavailable = (messageId: number): Buffer =>
      Buffer.from([0x30, 12, 0x02, 0x01, messageId, 0x61, 7, 0x0a, 0x01, 52, 0x04, 0, 0x04, 0]);
    let asked = 0;
    const first = createServer((socket) => {
      asked += 1;
      socket
        .on('error', () => {})
        .once('data', (request: Buffer) => socket.write(unavailable(request[4] ?? 0)));
    });
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const { port } = first.address() as { port: number };
    await registerDirectory(server, directory, { servers: [`ldap://127.0.0.1:${port}`, directory.url] });

    for (let count = 0; count < 3; count += 1)
      expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
    expect(asked).toBe(1);
    server.clock.advance(31);
    expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
    expect(asked).toBe(2);
    first.close();
  });

  it('is not tried at the next server after one that took it without an answer: one guess counts once', async () => {
    let taken = 0;
    let second = 0;
    const { hostname, port: directoryPort } = new URL(directory.url);
    const forward = (socket: Socket): void => {
      const peer = connect(Number(directoryPort), hostname, () => socket.pipe(peer).pipe(socket));
      for (const one of [peer, socket]) one.on('error', () => {});
    };
    // The search is forwarded, the bind of the person is swallowed.
    const servers = [
      createServer((socket) => {
        taken += 1;
        if (taken === 1) return forward(socket);
        socket.on('error', () => {}).once('data', () => socket.destroy());
      }),
      createServer((socket) => {
        second += 1;
        forward(socket);
      }),
    ];
    for (const one of servers) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    await registerDirectory(server, directory, {
      servers: servers.map((one) => `ldap://127.0.0.1:${(one.address() as AddressInfo).port}`),
    });

    expect((await signIn('nora', 'wrong')).status).toBe(503);
    expect([taken, second]).toEqual([2, 0]);
    // The next attempt is the second server's.
    expect((await signIn('nora', 'password of nora')).url).toMatch(/\/account$/);
    expect(taken).toBe(2);
    for (const one of servers) one.close();
    server.clock.advance(31);
  });

  it('of a directory that does not speak is given up in time', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await registerDirectory(server, directory, { servers: [`ldaps://127.0.0.1:${port}`] });
    expect((await signIn('nora', 'password of nora')).status).toBe(503);
    silent.close();
    server.clock.advance(31);
  });

  it('and the one of the search account are in no answer and no export', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const { body } = await admin.get('/upstreams/corp');
    expect(body).toMatchObject({
      protocol: 'ldap',
      has_secret: true,
      base_dn: 'ou=people,dc=acme,dc=example',
    });
    expect(JSON.stringify(body)).not.toContain(directory.rootPassword);
  });

  it.each([
    ['servers', { servers: ['http://127.0.0.1'] }],
    ['servers', { servers: ['ldap://ldap.acme.example'] }],
    ['user_filter', { user_filter: '(uid=nora)' }],
    ['user_filter', { user_filter: '(uid={username}))(uid=*' }],
    ['user_filter', { user_filter: '(uid{username})' }],
    ['servers', { servers: ['ldaps://10.0.0.1'] }],
    ['base_dn', { base_dn: undefined }],
  ])('is not registered with a wrong %s', async (member, members) => {
    await expect(registerDirectory(server, directory, members as never)).rejects.toMatchObject({
      response: { message: expect.arrayContaining([expect.stringContaining(member)]) },
    });
  });
});
