import { parse } from 'yaml';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { MembershipsStore } from '../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { UserAttributes } from '../../src/directory/attributes/user-attributes.js';
import { Apply } from '../../src/provisioning/apply.js';
import { readRealm } from '../../src/provisioning/keycloak/realm-files.js';
import { translateRealm, type Translation } from '../../src/provisioning/keycloak/translation.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { keycloakRealm, shopSecret } from '../support/keycloak-realm.js';
import { basic, post } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

describe('A realm of Keycloak', () => {
  const server = useServer();
  const resource = 'https://orders.example.com';
  let files: ConfigurationFiles;
  let translation: Translation;

  beforeAll(async () => {
    files = await ConfigurationFiles.create();
    const file = await files.write(JSON.stringify(await keycloakRealm()), 'realm.json');
    translation = translateRealm(await readRealm([file]), { resource });
    await server.app.get(Apply).apply([{ name: 'realm', text: translation.text }]);
  });
  afterAll(() => files.remove());

  const pageAfterSignIn = async (username: string, password: string): Promise<Shown> => {
    const browser = new TestBrowser(server.issuer);
    return signIn(browser, await browser.open('/login'), { username, password });
  };

  it('brings people who sign in with the passwords that they have, whose hashes become ours', async () => {
    expect((await pageAfterSignIn('ada', 'the analytical machine')).url).toMatch(/\/login$/);
    expect((await pageAfterSignIn('ada', 'the analytical engine')).url).toMatch(/\/account$/);
    const users = server.app.get(UsersStore);
    const ada = await users.findByUsername('ada');
    expect(ada).toMatchObject({
      name: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      email: 'ada@example.com',
      emailVerified: true,
      locale: 'en',
    });
    expect(await users.passwordHash(ada?.id ?? '')).not.toContain('m=7168');
    expect((await pageAfterSignIn('ada', 'the analytical engine')).url).toMatch(/\/account$/);
  });

  it('brings passwords that Keycloak hashed with PBKDF2 too', async () => {
    expect((await pageAfterSignIn('alan', 'on computable numbers')).url).toMatch(/\/account$/);
    const users = server.app.get(UsersStore);
    const alan = await users.findByUsername('alan');
    expect(await users.passwordHash(alan?.id ?? '')).toMatch(/^\$argon2id\$/);
  });

  it('brings those who must choose a new password to the page for it', async () => {
    expect((await pageAfterSignIn('grace', 'nanoseconds of wire')).html).toContain(
      'action="/login/new-password"',
    );
  });

  it('brings people and clients who were disabled disabled', async () => {
    const mallory = await server.app.get(UsersStore).findByUsername('mallory');
    expect(mallory?.disabledAt).toEqual(expect.any(Number));
    const off = await server.app.get(ClientsStore).find('off');
    expect(off?.disabledAt).toEqual(expect.any(Number));
    const headers = { authorization: basic('off', shopSecret) };
    const refused = await post(server, '/token', { grant_type: 'client_credentials' }, headers);
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
  });

  it('brings the attributes of people', async () => {
    const ada = await server.app.get(UsersStore).findByUsername('ada');
    expect(await server.app.get(UserAttributes).of(ada?.id ?? '')).toEqual({ badge: '42' });
  });

  it('brings groups with their nesting, members and roles', async () => {
    const ada = await server.app.get(UsersStore).findByUsername('ada');
    const { groups, roles } = await server.app.get(MembershipsStore).of(ada?.id ?? '');
    expect(groups.map(({ name }) => name)).toEqual([
      'company',
      'company/writers',
      'partners',
      'partners/writers',
    ]);
    expect(roles.map(({ name }) => name)).toEqual(['clerk', 'editor']);
  });

  it('brings clients with their secrets, by which they get tokens', async () => {
    const headers = { authorization: basic('shop', shopSecret) };
    const tokens = await post(server, '/token', { grant_type: 'client_credentials' }, headers);
    expect(tokens.status).toBe(200);
    expect(await server.app.get(ClientsStore).find('shop')).toMatchObject({
      clientName: 'The shop',
      redirectUris: ['https://shop.example.com/callback'],
      postLogoutRedirectUris: ['https://shop.example.com/callback', 'https://shop.example.com/bye'],
      backchannelLogoutUri: 'https://shop.example.com/logout',
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid profile roles email offline_access orders.read',
      requirePkce: false,
      skipConsent: true,
      sessionRefreshTokens: true,
    });
    expect(await server.app.get(ClientsStore).find('mobile')).toMatchObject({
      tokenEndpointAuthMethod: 'none',
      redirectUris: ['com.example.app:/callback'],
      skipConsent: false,
    });
  });

  it('imported twice, changes nothing the second time', async () => {
    const items = await server.app.get(Apply).plan([{ name: 'realm', text: translation.text }]);
    expect(items.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  });

  it('tells what is left out, by name and reason', () => {
    const told = translation.leftOut.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
    expect(told.toSorted()).toEqual(
      [
        'client shop: its redirection URI https://shop.example.com/*, which must not hold a wildcard',
        'client shop: direct access grants: the password grant is not offered (RFC 9700 §2.4)',
        'client shop: its protocol mapper department: write a rule under claims',
        'client masked: has no secret in the export, which masks it: export with `kc.sh export`',
        'client legacy: speaks saml, not OpenID Connect',
        'client off: the authorization code flow, as no redirection URI is left',
        'role legacy/user: its client is not imported',
        'role chief: the roles that it is composed of: give these to people or groups themselves',
        'group company: its attributes: floor',
        'user ada: its other credentials: otp: they are set up anew',
        'user grace: its required actions: CONFIGURE_TOTP',
        'user alan: its links to identity providers: github',
        'user kurt: has a password hash of the kind home-made, which cannot be checked here: needs a new password (`eyrie user set-password`, or by mail)',
        'user mallory: has no password: needs a new password (`eyrie user set-password`, or by mail)',
        'user service-account-shop: is the service account of shop: its roles, as clients have none here',
        'identity provider github: declare it under upstreams',
        'user federation ldap: its people are not in the export',
        'realm example: its signing keys and sessions: people sign in again, and `sub` of each is a new one',
        'realm example: lifetimes, password policy, flows, mail and themes: see docs/settings.md',
      ].toSorted(),
    );
  });

  it('keeps texts that look like references to the environment as they are', () => {
    expect(translation.text).toContain('May change $${texts}');
  });

  it('without a resource for its scopes, leaves them out', async () => {
    const { text, leftOut } = translateRealm((await keycloakRealm()) as Parameters<typeof translateRealm>[0]);
    const { resources, clients } = parse(text) as { resources: []; clients: { scope: string }[] };
    expect(resources).toEqual([]);
    expect(clients.map(({ scope }) => scope).join(' ')).not.toContain('orders.read');
    expect(leftOut).toContainEqual({
      kind: 'scope',
      name: 'orders.read',
      reason: 'belongs to no resource: name one by --resource',
    });
  });

  it('may have its users in files of their own', async () => {
    const { users, ...realm } = (await keycloakRealm()) as { users: object[] };
    const paths = [
      await files.write(
        JSON.stringify({ realm: 'example', users: users.slice(0, 2) }),
        'example-users-0.json',
      ),
      await files.write(JSON.stringify(realm), 'example-realm.json'),
      await files.write(JSON.stringify({ realm: 'example', users: users.slice(2) }), 'example-users-1.json'),
    ];
    const whole = await readRealm(paths);
    expect(whole.users).toHaveLength(users.length);
    expect(whole.clients).not.toHaveLength(0);
  });

  it.each([
    ['{', 'is not JSON'],
    ['{}', 'names no realm'],
    ['[]', 'names no realm'],
    ['[{"realm":"a"},{"realm":"b"}]', 'has a list of realms (export one of them, with --realm)'],
    ['{"realm":"a","clients":{}}', 'has clients that is no list'],
    ['{"realm":"a","users":["bob"]}', 'has users[0] that is no object'],
    [
      '{"realm":"a","clients":[{"redirectUris":"https://a.example"}]}',
      'has clients[0].redirectUris that is no list',
    ],
    ['{"realm":"a","clients":[{"clientId":{}}]}', 'has clients[0].clientId that is no text'],
    ['{"realm":"a","clients":[{"enabled":["true"]}]}', 'has clients[0].enabled that is no true or false'],
    ['{"realm":"a","roles":{"client":{"shop":"clerk"}}}', 'has roles.client.shop that is no list'],
    ['{"realm":"a","groups":[{"subGroups":[7]}]}', 'has groups[0].subGroups[0] that is no object'],
    ['{"realm":"a","users":[{"clientRoles":{"shop":"clerk"}}]}', 'that is no list'],
    [
      `{"realm":"a","groups":${'[{"subGroups":'.repeat(5_000)}[]${'}]'.repeat(5_000)}}`,
      'has parts that are nested too deeply',
    ],
  ])('is refused as %.60s: it %s', async (text, reason) => {
    await expect(readRealm([await files.write(text, 'bad.json')])).rejects.toThrow(reason);
  });

  it('is refused with files of another realm, or without a file', async () => {
    const one = await files.write('{"realm":"one"}', 'one.json');
    const two = await files.write('{"realm":"two"}', 'two.json');
    await expect(readRealm([one, two])).rejects.toThrow('the files are of different realms, one and two');
    await expect(readRealm(['/nowhere.json'])).rejects.toThrow('/nowhere.json cannot be read (ENOENT)');
  });
});
