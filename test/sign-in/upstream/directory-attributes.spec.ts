import { SchedulerRegistry } from '@nestjs/schedule';
import { UserAttributes } from '../../../src/directory/attributes/user-attributes.js';
import { Database } from '../../../src/persistence/database.js';
import { Identity } from '../../../src/persistence/entities/identity.entity.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { TestBrowser } from '../../support/browser.js';
import {
  changePerson,
  personEntry,
  registerDirectory,
  slapdPath,
  startTestDirectory,
} from '../../support/directory.js';
import {
  attributesSchema,
  expectScimError,
  ProvisioningClient,
  userSchema,
} from '../../support/provisioning-client.js';
import { useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const many = Array.from({ length: 14 }, (_, index) => `person-${index}`);
const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      personEntry('nora', { departmentNumber: 'Sales', employeeNumber: '7' }),
      personEntry('otto', { departmentNumber: 'Law' }),
      ...many.map((uid) => personEntry(uid, { employeeType: 'staff' })),
    ])
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };
afterAll(() => directory.stop());

describeDirectory('Attributes that a directory states', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  let admin: AdminCaller;
  const attributes = {
    department: 'departmentnumber',
    departments: 'departmentNumber',
    badge: 'employeeNumber',
    kind: 'employeeType',
  };
  const signIn = async (username: string): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    const shown = await browser.submit(page, { username, password: `password of ${username}` });
    expect(shown.url).toMatch(/\/account$/);
    return browser;
  };
  const sync = async (options = {}) =>
    server.app.get(DirectorySync).run(await server.app.get(Upstreams).requireDirectory('corp'), options);
  const userIdOf = async (name: string): Promise<string> =>
    (await server.app.get(UsersStore).findByUsername(name))?.id ?? '';
  const valuesOf = async (name: string) => server.app.get(UserAttributes).of(await userIdOf(name));
  const set = async (name: string, values: object) =>
    admin.patch(`/users/${await userIdOf(name)}/attributes`, { attributes: values });

  beforeAll(async () => {
    // A look of the schedule would come between, on a slow machine.
    const schedules = server.app.get(SchedulerRegistry);
    for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
    admin = await AdminCaller.register(server);
    for (const [name, type] of [
      ['department', 'text'],
      ['departments', 'texts'],
      ['badge', 'integer'],
      ['kind', 'text'],
      ['shirt', 'text'],
    ])
      await admin.put('/attributes', { name, type, label: name });
    await registerDirectory(server, directory, { attributes });
  });

  it('come at sign-in, whatever the case of their names there', async () => {
    await signIn('nora');
    await signIn('otto');
    expect(await valuesOf('nora')).toEqual({ department: 'Sales', departments: ['Sales'], badge: 7 });
  });

  it('are changed there: an administrator is refused, apart from what it does not state', async () => {
    const refused = await set('nora', { department: 'Law' });
    expect(refused.status).toBe(409);
    expect(JSON.stringify(refused.body)).toContain('department belongs to the directory corp');
    expect((await set('nora', { department: null })).status).toBe(409);
    expect((await set('nora', { department: 'Sales', shirt: 'M' })).status).toBe(200);
  });

  it('are changed there: a provisioning client is refused likewise', async () => {
    const client = await ProvisioningClient.withToken(server);
    const path = `/Users/${await userIdOf('nora')}`;
    const change = (op: string, name: string, value?: unknown) =>
      client.patch(path, [{ op, path: `${attributesSchema}:${name}`, value }]);
    for (const refused of [await change('replace', 'department', 'Law'), await change('remove', 'badge')])
      expectScimError(refused, 409, 'mutability');
    const allowed = [await change('replace', 'badge', '7'), await change('replace', 'shirt', 'M')];
    expect(allowed.map(({ status }) => status)).toEqual([200, 200]);
    expect(await valuesOf('nora')).toMatchObject({ department: 'Sales', badge: 7, shirt: 'M' });
    // Of what is read-only, nothing is asserted by leaving it out.
    const { body: user } = await client.get(path);
    const members = { schemas: [userSchema, attributesSchema], userName: user['userName'] };
    const profile = Object.fromEntries(
      Object.entries(user).filter(([name]) => !/^(urn|meta|schemas)/.test(name)),
    );
    expect((await client.call('PUT', path, { ...profile, ...members })).status).toBe(200);
    expect(await valuesOf('nora')).toEqual({ department: 'Sales', departments: ['Sales'], badge: 7 });
    await set('nora', { shirt: 'M' });
  });

  it('follow the directory in a sync, which a dry run only tells', async () => {
    await changePerson(directory, 'nora', 'departmentNumber', ['Law', 'Sales']);
    expect(await sync({ isTrial: true })).toMatchObject({ updated: 1, dry_run: true });
    expect(await valuesOf('nora')).toMatchObject({ departments: ['Sales'] });
    expect(await sync()).toMatchObject({ updated: 1 });
    expect(new Set((await valuesOf('nora'))['departments'] as string[])).toEqual(new Set(['Law', 'Sales']));
    expect(await sync()).toMatchObject({ updated: 0 });
  });

  it('go with the value there, in a sync', async () => {
    await changePerson(directory, 'nora', 'departmentNumber', []);
    expect(await sync({ isTrial: true })).toMatchObject({ updated: 1 });
    expect(await sync()).toMatchObject({ updated: 1 });
    expect(await valuesOf('nora')).toEqual({ badge: 7, shirt: 'M' });
    expect(await sync()).toMatchObject({ updated: 0 });
  });

  it('can be set here once the directory states none', async () => {
    expect((await set('nora', { department: 'Board' })).status).toBe(200);
    await signIn('nora');
    expect(await valuesOf('nora')).toMatchObject({ department: 'Board' });
  });

  it('stay where the directory ceases to show one for most of its people', async () => {
    for (const name of many) await signIn(name);
    expect(await valuesOf('person-3')).toEqual({ kind: 'staff' });
    await registerDirectory(server, directory, { attributes: { ...attributes, kind: 'title' } });
    const { stopped, updated } = await sync();
    expect(stopped).toMatch(/14 of 1[56] accounts have no value of one of their attributes/);
    expect(updated).toBe(0);
    expect(await valuesOf('person-3')).toEqual({ kind: 'staff' });
    expect(await sync({ isForced: true })).toMatchObject({ stopped: null, updated: 14 });
    expect(await valuesOf('person-3')).toEqual({});
  });

  it('go at once where they are not mapped any more, and nobody else stays for that', async () => {
    await registerDirectory(server, directory, { attributes: { ...attributes, kind: 'employeeType' } });
    await sync();
    expect(await valuesOf('person-3')).toEqual({ kind: 'staff' });
    const { kind: _kind, ...others } = attributes;
    await registerDirectory(server, directory, { attributes: others });
    expect(await sync()).toMatchObject({ stopped: null, updated: 14 });
    expect(await valuesOf('person-3')).toEqual({});
  });

  it('can be changed here once the directory does not own the profile any more', async () => {
    await changePerson(directory, 'nora', 'departmentNumber', ['Sales']);
    await registerDirectory(server, directory, { attributes });
    await sync();
    expect((await set('nora', { department: 'Law' })).status).toBe(409);
    await registerDirectory(server, directory, { attributes, owns_profile: false });
    await sync();
    expect((await set('nora', { department: 'Law' })).status).toBe(200);
    await sync();
    expect(await valuesOf('nora')).toMatchObject({ department: 'Law' });
  });

  it('of two entries of one user are kept as long as one of them has them', async () => {
    await registerDirectory(server, directory, { attributes });
    await sync();
    const [nora, otto] = [await userIdOf('nora'), await userIdOf('otto')];
    expect([nora, otto].every(Boolean)).toBe(true);
    await server.app.get(Database).write((tx) => tx.update(Identity, { userId: otto }, { userId: nora }));
    await changePerson(directory, 'nora', 'departmentNumber', ['Sales']);
    await changePerson(directory, 'otto', 'departmentNumber', []);
    await sync();
    expect(await valuesOf('nora')).toMatchObject({ department: 'Sales', badge: 7 });
    await sync();
    expect(await valuesOf('nora')).toMatchObject({ department: 'Sales', badge: 7 });
  });
});
