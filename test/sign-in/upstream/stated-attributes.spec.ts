import { UserAttributes } from '../../../src/directory/attributes/user-attributes.js';
import { AuditStore } from '../../../src/persistence/stores/audit.store.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { Apply } from '../../../src/provisioning/apply.js';
import { IdentityRemoval } from '../../../src/sign-in/upstream/identity-removal.js';
import type { PutUpstreamDto } from '../../../src/sign-in/upstream/upstreams.dto.js';
import { AdminCaller, expectRefusedField } from '../../support/admin-caller.js';
import { TestBrowser } from '../../support/browser.js';
import { ConfigurationFiles } from '../../support/configuration.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { postResponse, SamlIdentityProvider, samlMembers } from '../../support/saml-idp.js';
import { alice, useServer } from '../../support/server.js';
import { goTo, registerUpstream, signInAt } from '../../support/upstream.js';
import { signedInBrowser } from '../../support/walk.js';

const provider = await IdentityProvider.start();
const saml = await SamlIdentityProvider.start();
afterAll(() => provider.stop());

const mapping = {
  department: 'department',
  level: 'level',
  skills: 'skills',
  remote: 'remote',
  hired: 'hire_date',
  nickname_there: 'nick',
};
let people = 0;

describe('Attributes that an upstream states', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' });
  let admin: AdminCaller;

  const register = (members: Partial<PutUpstreamDto> = {}) =>
    registerUpstream(server, provider, { attributes: mapping, ...members });
  const userIdOf = async (username: string): Promise<string> =>
    (await server.app.get(UsersStore).findByUsername(username))?.id ?? '';
  const valuesOf = async (username: string) => server.app.get(UserAttributes).of(await userIdOf(username));
  const set = async (username: string, attributes: object) =>
    admin.patch(`/users/${await userIdOf(username)}/attributes`, { attributes });
  /** Somebody who signs in again and again, with the claims of each time. */
  const somebody = () => {
    const username = `person-${(people += 1)}`;
    return {
      username,
      arrive: async (claims: Record<string, unknown> = {}): Promise<TestBrowser> => {
        const browser = new TestBrowser(server.issuer);
        await signInAt(browser, provider, {
          claims: { sub: username, preferred_username: username, ...claims },
        });
        return browser;
      },
    };
  };

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    for (const [name, fields] of [
      ['department', { values: ['Sales', 'Law'], owner_access: 'edit' }],
      ['level', { type: 'integer' }],
      ['skills', { type: 'texts' }],
      ['remote', { type: 'boolean' }],
      ['hired', { type: 'date' }],
      ['nickname_there', { owner_access: 'edit' }],
    ] as const)
      await admin.put('/attributes', { name, type: 'text', label: `Label of ${name}`, ...fields });
  });
  beforeEach(() => register());

  it('are those of the account that is made, each with its type', async () => {
    const { username, arrive } = somebody();
    await arrive({
      department: ['Sales', 'Law'],
      level: '7',
      skills: ['Go', 'Chess', 'Go'],
      remote: 'TRUE',
      hire_date: '2024-02-29T08:00:00Z',
      nick: 42,
    });
    expect(await valuesOf(username)).toEqual({
      department: 'Sales',
      level: 7,
      skills: ['Go', 'Chess'],
      remote: true,
      hired: '2024-02-29',
      nickname_there: '42',
    });
  });

  it('follow it at each sign-in: they change, go, and come again', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales', level: 7 });
    await arrive({ department: 'Law', skills: 'Go' });
    expect(await valuesOf(username)).toEqual({ department: 'Law', skills: ['Go'] });
    await arrive({});
    expect(await valuesOf(username)).toEqual({});
    await arrive({ level: 8 });
    expect(await valuesOf(username)).toEqual({ level: 8 });
    const filter = { userId: await userIdOf(username), event: 'user.updated' as const };
    const { items } = await server.app.get(AuditStore).list(filter, { limit: 10 });
    expect(items[0]).toMatchObject({
      actor: 'upstream:acme',
      detail: { changes: { 'attributes.level': { to: 8 } } },
    });
  });

  it('that it cannot have are left out', async () => {
    const { username, arrive } = somebody();
    await arrive({
      department: 'Marketing',
      level: '7.5',
      skills: [{ name: 'Go' }, null, '', 'x'.repeat(5_000)],
      remote: 'perhaps',
      hire_date: '2023-02-29',
      nick: { first: 'x' },
    });
    expect(await valuesOf(username)).toEqual({});
  });

  it('do not touch what was set here, until it states a value of its own', async () => {
    const { username, arrive } = somebody();
    await arrive({});
    await set(username, { department: 'Law', level: 3 });
    await arrive({ level: 3 });
    expect(await valuesOf(username)).toEqual({ department: 'Law', level: 3 });
    // The level is the upstream's from now on.
    await arrive({});
    expect(await valuesOf(username)).toEqual({ department: 'Law' });
  });

  it('change nothing, and write nothing, where they are what is stored', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales', skills: ['Go', 'Chess'] });
    const versionOf = async () => (await server.app.get(UsersStore).findByUsername(username))?.version;
    const before = await versionOf();
    await arrive({ department: 'Sales', skills: ['Chess', 'Go'] });
    expect(await versionOf()).toBe(before);
  });

  it('cannot be changed by their owner, who sees them', async () => {
    const { username, arrive } = somebody();
    const browser = await arrive({ department: 'Sales' });
    const page = await browser.open('/account/profile');
    expect(page.html).toContain('name="attribute-nickname_there"');
    expect(page.html).not.toContain('name="attribute-department"');
    expect(page.html).toContain('Sales');
    await browser.submit(page, { 'attribute-nickname_there': 'Bo', 'attribute-department': 'Law' });
    expect(await valuesOf(username)).toEqual({ department: 'Sales', nickname_there: 'Bo' });
    // A text of one's own stays while the upstream is silent.
    await arrive({ department: 'Sales' });
    expect(await valuesOf(username)).toEqual({ department: 'Sales', nickname_there: 'Bo' });
  });

  it('can be changed here by an administrator, until the next sign-in', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales' });
    expect((await set(username, { department: 'Law' })).status).toBe(200);
    await arrive({ department: 'Sales' });
    expect(await valuesOf(username)).toEqual({ department: 'Sales' });
  });

  it('belong to their owner where the upstream does not own the profile', async () => {
    await register({ owns_profile: false });
    const { username, arrive } = somebody();
    const browser = await arrive({ department: 'Sales', level: 1 });
    expect(await valuesOf(username)).toEqual({ department: 'Sales', level: 1 });
    expect((await browser.open('/account/profile')).html).toContain('name="attribute-department"');
    await arrive({ department: 'Law' });
    expect(await valuesOf(username)).toEqual({ department: 'Sales', level: 1 });
  });

  it('stay as if they had been set here once the upstream does not own the profile any more', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales' });
    await register({ owns_profile: false });
    const browser = await arrive({});
    expect(await valuesOf(username)).toEqual({ department: 'Sales' });
    expect((await browser.open('/account/profile')).html).toContain('name="attribute-department"');
  });

  it('go where they are not mapped any more', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales', level: 1 });
    await register({ attributes: { level: 'level' } });
    await arrive({ department: 'Sales', level: 1 });
    expect(await valuesOf(username)).toEqual({ level: 1 });
  });

  it('go with the link to the upstream', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales' });
    await set(username, { level: 4 });
    const userId = await userIdOf(username);
    const [identity] = await server.app.get(IdentitiesStore).of(userId);
    await server.app.get(IdentityRemoval).remove(userId, identity?.id ?? '', 'test', true);
    expect(await valuesOf(username)).toEqual({ level: 4 });
  });

  it('go with the upstream', async () => {
    const { username, arrive } = somebody();
    await arrive({ department: 'Sales' });
    await admin.delete('/upstreams/acme');
    expect(await valuesOf(username)).toEqual({});
  });

  it('come with a link that somebody makes in their account', async () => {
    await server.createUser(alice);
    const own = await signedInBrowser(server);
    const answer = { claims: { sub: 'of alice', department: 'Law' } };
    await own.open(provider.authorize(await goTo(own, await own.open('/account/security')), answer));
    expect(await valuesOf('alice')).toEqual({ department: 'Law' });
  });

  it('come with a link that somebody confirms by signing in here', async () => {
    await register({ new_account: 'confirm' });
    const username = 'confirming';
    await server.createUser({ ...alice, username, email: 'confirming@example.com' });
    const browser = new TestBrowser(server.issuer);
    const asked = await signInAt(browser, provider, { claims: { sub: username, department: 'Law' } });
    await browser.submit(asked, { username, password: alice.password });
    expect(await valuesOf(username)).toEqual({ department: 'Law' });
  });

  it('of SAML are read from attributes, all of their values', async () => {
    await registerUpstream(
      server,
      { issuer: '' },
      { ...samlMembers(saml.signing), alias: 'sam', attributes: mapping },
    );
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'), 'sam');
    const attributes = { uid: ['sam'], department: ['Law'], skills: ['Go', 'Chess'], level: ['12'] };
    const response = await postResponse(url, saml.answer(url, { nameId: 'sam', attributes }));
    await browser.open(response.headers.get('location') ?? '');
    expect(await valuesOf('sam')).toEqual({ department: 'Law', skills: ['Go', 'Chess'], level: 12 });
  });

  describe('in the registration of an upstream', () => {
    const put = (attributes: object) =>
      admin.put('/upstreams', {
        alias: 'other',
        name: 'Other',
        issuer: provider.issuer,
        client_id: 'eyrie',
        client_secret: 'secret of eyrie at other',
        attributes,
      });

    it.each([
      ['that are not defined', { unknown: 'x' }],
      ['of no claim', { department: '' }],
      ['of what is no text', { department: 7 }],
    ])('%s are refused', async (_name, attributes) => {
      expectRefusedField(await put(attributes), 'attributes');
    });

    it('are kept from deletion', async () => {
      expect((await put({ level: 'level' })).status).toBe(200);
      const refused = await admin.delete('/attributes/level');
      expect(refused.status).toBe(409);
      expect(JSON.stringify(refused.body)).toContain('states level');
    });

    it('are there or are refused, where one is deleted at the same time', async () => {
      for (let round = 0; round < 10; round++) {
        const name = `short-lived-${round}`;
        await admin.put('/attributes', { name, type: 'text', label: name });
        const [registered, deleted] = await Promise.all([
          put({ [name]: 'x' }),
          admin.delete(`/attributes/${name}`),
        ]);
        expect([
          [200, 409],
          [400, 204],
        ]).toContainEqual([registered.status, deleted.status]);
      }
    });

    it('may be defined in the same file, and are refused if they are in none', async () => {
      const files = await ConfigurationFiles.create();
      const upstream = `
upstreams:
  - alias: file
    name: File
    issuer: ${provider.issuer}
    client_id: eyrie
    client_secret: secret of eyrie at file
    attributes: { cost_center: cc }
`;
      const attribute = 'attributes: [{ name: cost_center, type: text, label: Cost center }]';
      const apply = server.app.get(Apply);
      await expect(apply.apply([await files.write(upstream)])).rejects.toThrow(/cost_center/);
      await apply.apply([await files.write(attribute + upstream)]);
      expect((await admin.get('/upstreams/file')).body).toMatchObject({ attributes: { cost_center: 'cc' } });
      await files.remove();
    });
  });
});
