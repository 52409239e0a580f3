import { decodeJwt } from 'jose';
import { UserAttributes } from '../../src/directory/attributes/user-attributes.js';
import { Apply } from '../../src/provisioning/apply.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { byId } from '../support/markup.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

describe('Attributes of users', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;

  const define = (name: string, fields: object = {}) =>
    admin.put('/attributes', { name, type: 'text', label: name, ...fields });
  const give = (attributes: object, by = admin) => by.patch(`/users/${aliceId}/attributes`, { attributes });
  const values = async () => (await admin.get(`/users/${aliceId}/attributes`)).body['attributes'];

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
    for (const [name, fields] of [
      ['department', { label: 'Department', values: ['Sales', 'Law'], owner_access: 'view' }],
      ['cost_center', { type: 'integer' }],
      ['skills', { type: 'texts', owner_access: 'edit' }],
      ['remote', { type: 'boolean', owner_access: 'edit' }],
      ['hired', { type: 'date', owner_access: 'edit', description: 'Your first day' }],
      ['team', { owner_access: 'edit', values: ['Red', 'Blue'] }],
    ] as const)
      await define(name, fields);
  });

  it('are named and described in the language of the page, and in their own words in another one', async () => {
    const words = {
      label: 'Start',
      description: 'The month',
      labels: { de: 'Beginn', ar: 'البداية' },
      descriptions: { de: 'Der Monat' },
    };
    await define('start', { ...words, owner_access: 'edit' });
    await define('floor', { label: 'Floor', labels: { de: 'Stockwerk' }, owner_access: 'view' });
    await give({ floor: '3' });
    const browser = await signedInBrowser(server);
    const pageIn = async (language: string): Promise<string> =>
      (await browser.send('/account/profile', { headers: { 'accept-language': language } })).html;
    for (const [language, shown, hidden] of [
      ['de-CH', ['Beginn', 'Der Monat', 'Stockwerk'], ['Start<', 'The month', 'Floor']],
      ['ar', ['البداية', 'The month', 'Floor'], ['Beginn', 'Stockwerk']],
      ['en', ['Start', 'The month', 'Floor'], ['Beginn', 'Stockwerk']],
    ] as const) {
      const html = await pageIn(language);
      for (const text of shown) expect(html).toContain(text);
      for (const text of hidden) expect(html).not.toContain(text);
    }
    expect((await admin.get('/attributes/start')).body).toMatchObject(words);
    const without = await define('start', { label: 'Start', labels: {}, owner_access: 'edit' });
    expect(without.body).toMatchObject({ labels: null, descriptions: null });
    await give({ floor: null });
    for (const name of ['start', 'floor']) await admin.delete(`/attributes/${name}`);
  });

  it.each([
    [{ labels: { xx: 'A' } }, 'labels.xx'],
    [{ labels: { de: '' } }, 'labels.de'],
    [{ labels: { de: 7 } }, 'labels.de'],
    [{ labels: { de: 'a'.repeat(256) } }, 'labels.de'],
    [{ labels: { de: 'a\u202eb' } }, 'labels.de'],
    [{ labels: ['de'] }, 'labels'],
    [{ description: 'A', descriptions: { de: 'a'.repeat(1_025) } }, 'descriptions.de'],
    [{ descriptions: { de: 'Ohne' } }, 'descriptions'],
  ])('are not defined with the words %j', async (words, field) => {
    const refused = await define('worded', words);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(field);
    expect((await admin.get('/attributes/worded')).status).toBe(404);
  });

  it('are defined, changed, listed and read', async () => {
    const { body, headers } = await admin.get('/attributes/department');
    expect(body).toEqual({
      name: 'department',
      type: 'text',
      label: 'Department',
      description: null,
      labels: null,
      descriptions: null,
      values: ['Sales', 'Law'],
      owner_access: 'view',
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const tag = headers.get('etag') ?? '';
    const changed = {
      name: 'department',
      type: 'text',
      label: 'Unit',
      values: ['Sales', 'Law'],
      owner_access: 'view',
    };
    expect((await admin.with({ 'if-match': '"old"' }).put('/attributes', changed)).status).toBe(412);
    expect((await admin.with({ 'if-match': tag }).put('/attributes', changed)).status).toBe(200);
    expect((await admin.put('/attributes', { ...changed, label: 'Department' })).body).toMatchObject({
      label: 'Department',
    });
    expect(itemsOf(await admin.get('/attributes')).map(({ name }) => name)).toContain('cost_center');
    const [event] = itemsOf(await admin.get('/audit-events?event=attribute.updated'));
    expect(event).toMatchObject({ detail: { name: 'department', changes: { label: { to: 'Department' } } } });
  });

  it.each([
    ['name', { name: 'email' }],
    ['name', { name: 'preferred_username' }],
    ['name', { name: '1st' }],
    ['name', { name: 'constructor' }],
    ['name', { name: 'toString' }],
    ['name', { name: 'a.b' }],
    ['name', { name: 'x'.repeat(65) }],
    ['name', { name: 'Skills' }],
    ['name', { name: 'DEPARTMENT' }],
    ['type', { type: 'json' }],
    ['type', { name: 'skills', type: 'text' }],
    ['label', { label: '' }],
    ['values', { type: 'integer', values: ['1'] }],
    ['values', { values: [] }],
    ['values', { values: ['a', 'a'] }],
    ['owner_access', { owner_access: 'all' }],
  ])('are not defined with a wrong %s: %j', async (field, fields) => {
    const before = await everyRow(server);
    expectRefusedField(await define('wrong', fields), field);
    expect(changesOfRows(before, await everyRow(server))).toEqual([]);
  });

  it('have values by user, of which the change is audited', async () => {
    const { status, body, headers } = await give({
      department: 'Sales',
      cost_center: 42,
      skills: ['law', 'go'],
      remote: true,
      hired: '2024-02-29',
    });
    expect([status, body['attributes']]).toEqual([
      200,
      { department: 'Sales', cost_center: 42, skills: ['law', 'go'], remote: true, hired: '2024-02-29' },
    ]);
    expect((await give({ cost_center: null, remote: false })).body['attributes']).toEqual({
      department: 'Sales',
      skills: ['law', 'go'],
      remote: false,
      hired: '2024-02-29',
    });
    const [event] = itemsOf(await admin.get(`/audit-events?user_id=${aliceId}&event=user.updated`));
    expect(event).toMatchObject({
      detail: {
        changes: {
          'attributes.cost_center': { from: 42, to: null },
          'attributes.remote': { from: true, to: false },
        },
      },
    });
    const late = await give({ remote: true }, admin.with({ 'if-match': headers.get('etag') ?? '' }));
    expect(late.status).toBe(412);
  });

  it('keep what a change does not name, and write nothing where nothing changes', async () => {
    const before = await everyRow(server);
    expect((await give({})).status).toBe(200);
    expect((await give({ department: 'Sales' })).status).toBe(200);
    expect(changesOfRows(before, await everyRow(server))).toEqual([]);
  });

  it.each([
    ['attributes.department', { department: 'Other' }],
    ['attributes.department', { department: 1 }],
    ['attributes.cost_center', { cost_center: '42' }],
    ['attributes.skills', { skills: 'law' }],
    ['attributes.hired', { hired: '2024-02-30' }],
    ['attributes.remote', { remote: 'yes' }],
    ['attributes.shoe_size', { shoe_size: 42 }],
    ['attributes.toString', { toString: 'x' }],
    ['attributes', []],
    ['attributes', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, 1]))],
  ])('are not given a wrong %s, and nothing else of the change: %j', async (field, attributes) => {
    const before = await everyRow(server);
    expectRefusedField(
      await give(Array.isArray(attributes) ? attributes : { team: 'Red', ...attributes }),
      field,
    );
    expect(changesOfRows(before, await everyRow(server))).toEqual([]);
  });

  it('are changed by those who may, and of people with a role by administrators alone', async () => {
    const support = await AdminCaller.register(server, 'eyrie.users');
    expect((await give({ team: 'Red' }, support)).status).toBe(200);
    expect((await support.put('/attributes', { name: 'x', type: 'text', label: 'x' })).status).toBe(403);
    const boss = await server.createUser({ username: 'boss', password: alice.password, administrator: true });
    const change = { attributes: { team: 'Blue' } };
    expect((await support.patch(`/users/${boss}/attributes`, change)).status).toBe(403);
    expect((await admin.patch(`/users/${boss}/attributes`, change)).status).toBe(200);
    const reader = await AdminCaller.register(server, 'eyrie.users.read');
    expect((await reader.get(`/users/${boss}/attributes`)).status).toBe(200);
    expect((await reader.patch(`/users/${boss}/attributes`, change)).status).toBe(403);
    expect((await admin.get('/users/nobody/attributes')).status).toBe(404);
    expect((await admin.patch('/users/nobody/attributes', change)).status).toBe(404);
  });

  it('go into tokens by rules about claims, with their types', async () => {
    const party = await RelyingParty.register(server, { scope: 'openid profile contacts.read' });
    const rule = { source: 'attribute', in: ['id_token', 'access_token', 'userinfo'] };
    expectRefusedField(
      await admin.post('/claims/rules', { name: 'none', claim: ['x'], ...rule, member: 'shoe_size' }),
      'member',
    );
    for (const [name, claim] of [
      ['department', ['department']],
      ['skills', ['https://acme.example/skills']],
      ['remote', ['work', 'remote']],
      ['cost_center', ['cost_center']],
    ] as const)
      expect((await admin.post('/claims/rules', { name, claim, ...rule, member: name })).status).toBe(201);
    const { body } = await party.redeem(await party.authorize({ scope: 'openid contacts.read' }));
    const expected = {
      department: 'Sales',
      'https://acme.example/skills': ['law', 'go'],
      work: { remote: false },
    };
    for (const claims of [
      decodeJwt(body.id_token),
      decodeJwt(body.access_token),
      (await party.userinfo(body.access_token)).body,
    ]) {
      expect(claims).toMatchObject(expected);
      expect(claims).not.toHaveProperty('cost_center');
    }
    expect((await admin.delete('/attributes/skills')).status).toBe(409);
  });

  describe('on the page with one’s profile', () => {
    const open = async (): Promise<[TestBrowser, Shown]> => {
      const browser = await signedInBrowser(server, alice);
      return [browser, await browser.open('/account/profile')];
    };

    it('are shown and changed as far as they may be', async () => {
      const [browser, page] = await open();
      expect(page.html).toContain('<dt>Department</dt> <dd><bdi>Sales</bdi></dd>');
      expect(page.html).not.toContain('cost_center');
      expect(page.html).toContain('Your first day');
      expect(byId(page.html, 'attribute-hired')?.attributes.value).toBe('2024-02-29');
      const saved = await browser.submit(page, {
        name: 'Alice',
        'attribute-skills': 'law\r\n rust ',
        'attribute-remote': 'true',
        'attribute-hired': '',
        'attribute-team': 'Blue',
        'attribute-department': 'Law',
        'attribute-cost_center': '1',
      });
      expect(saved.html).toContain('id="notice"');
      expect(await values()).toEqual({
        department: 'Sales',
        skills: ['law', 'rust'],
        remote: true,
        team: 'Blue',
      });
    });

    it.each([
      ['attribute-hired', 'yesterday'],
      ['attribute-team', 'Green'],
      ['attribute-remote', 'perhaps'],
      ['attribute-skills', 'x'.repeat(256)],
    ])('are not saved with a wrong %s, nor is anything else', async (field, value) => {
      const [browser, page] = await open();
      const before = await values();
      const shown = await browser.submit(page, { name: 'Somebody else', [field]: value });
      expect(shown.status).toBe(400);
      expect(byId(shown.html, field)?.attributes['aria-invalid']).toBe('true');
      expect(await values()).toEqual(before);
      expect((await admin.get(`/users/${aliceId}`)).body['name']).not.toBe('Somebody else');
    });

    it('are not saved over a change that the person has not seen', async () => {
      const [browser, page] = await open();
      await give({ team: null });
      expect((await browser.submit(page, { name: 'Alice', 'attribute-team': 'Blue' })).status).toBe(409);
      expect(await values()).not.toHaveProperty('team');
    });
  });

  it('are in configuration files, with the values of users, and come back from an export', async () => {
    const files = await ConfigurationFiles.create();
    const apply = server.app.get(Apply);
    const text = `
attributes:
  - { name: shirt, type: text, label: Shirt, labels: { de: Hemd }, values: [S, M], owner_access: edit }
claims:
  - { name: shirt, claim: shirt, source: attribute, member: shirt, in: [userinfo] }
users:
  - { username: alice, attributes: { shirt: M, team: null } }
`;
    const file = await files.write(text);
    const outcomes = async () =>
      (await apply.apply([file])).map(({ kind, name, outcome }) => [kind, name, outcome]);
    expect(await outcomes()).toEqual([
      ['attribute', 'shirt', 'created'],
      ['claim', 'shirt', 'created'],
      ['user', 'alice', 'updated'],
    ]);
    expect((await outcomes()).map(([, , outcome]) => outcome)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect(await values()).toMatchObject({ shirt: 'M' });
    expect(await values()).not.toHaveProperty('team');
    for (const [wrong, line] of [
      [
        'users: [{ username: alice, attributes: { shirt: XXL } }]',
        'users[0].attributes.shirt must be a text',
      ],
      ['users: [{ username: alice, attributes: { hat: M } }]', 'users[0].attributes.hat is no attribute'],
      [
        'attributes: [{ name: shirt, type: integer, label: x }]',
        'attributes[0].type is text, and cannot change',
      ],
      ['attributes: [{ name: email, type: text, label: x }]', 'attributes[0].name is a standard member'],
      [
        'attributes: [{ name: Shirt, type: text, label: x }]',
        'attributes[0].name differs from the attribute shirt in case alone',
      ],
      [
        'attributes: [{ name: hat, type: text, label: x }, { name: HAT, type: text, label: x }]',
        'attributes[1].name differs from the attribute hat in case alone',
      ],
      [
        'attributes: [{ name: a, type: text, label: x, labels: { xx: y } }]',
        'attributes[0].labels.xx must be one of the languages of the pages',
      ],
      [
        'claims: [{ name: x, claim: x, source: attribute, member: hat, in: [userinfo] }]',
        'claims[0].member is not the name of an attribute',
      ],
    ])
      await expect(apply.check([await files.write(wrong ?? '')])).rejects.toThrow(line);
    await files.remove();
  });

  it('are deleted with their values, once no rule rests on them', async () => {
    const rules = itemsOf(await admin.get('/claims/rules'));
    await admin.delete(`/claims/rules/${String(rules.find(({ name }) => name === 'shirt')?.['id'])}`);
    expect((await admin.delete('/attributes/shirt')).status).toBe(204);
    expect((await admin.delete('/attributes/shirt')).status).toBe(404);
    expect(await values()).not.toHaveProperty('shirt');
    const rows = await everyRow(server);
    expect(JSON.stringify(rows)).not.toContain('"value":"\\"M\\""');
  });

  it('go with the user', async () => {
    const id = await server.createUser({ username: 'leaver', password: alice.password });
    await admin.patch(`/users/${id}/attributes`, { attributes: { team: 'Red' } });
    expect((await admin.delete(`/users/${id}`)).status).toBe(204);
    expect(await server.app.get(UserAttributes).of(id)).toEqual({});
  });

  it('are at most a hundred', async () => {
    const present = itemsOf(await admin.get('/attributes')).length;
    for (let index = present; index < 100; index += 1) await define(`many-${index}`);
    expect((await define('one-too-many')).status).toBe(409);
    expect((await define('team', { label: 'still changes', values: ['Red'] })).status).toBe(200);
  });
});
