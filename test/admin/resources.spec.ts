import { contacts, useServer } from '../support/server.js';
import { payloadOf } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

const calendar = {
  identifier: 'https://calendar.example.com',
  name: 'Calendar',
  scopes: { 'calendar.read': 'Read your calendar' },
};

describe('The admin API for resources', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it('a resource that is registered is listed, and is the audience of tokens with its scopes at once', async () => {
    const answer = await admin.put('/resources', calendar);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...calendar,
      access_token_typ: 'at+jwt',
      access_token_signing_alg: 'ES256',
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    expect(itemsOf(await admin.get('/resources')).map(({ identifier }) => identifier)).toEqual([
      contacts.identifier,
      calendar.identifier,
    ]);
    const { token } = await AdminCaller.register(server, 'calendar.read');
    expect(payloadOf(token).aud).toBe(calendar.identifier);
  });

  it('putting it again replaces its name and scopes', async () => {
    await admin.put('/resources', calendar);
    const changed = { ...calendar, name: 'Dates', scopes: { 'calendar.write': 'Change your calendar' } };
    expect((await admin.put('/resources', changed)).body).toMatchObject(changed);
    const listed = itemsOf(await admin.get('/resources'));
    expect(listed.filter(({ identifier }) => identifier === calendar.identifier)).toEqual([
      expect.objectContaining(changed),
    ]);
  });

  it('another spelling of its identifier names the same resource, which keeps the registered one', async () => {
    await admin.put('/resources', calendar);
    const spelled = 'HTTPS://Calendar.Example.com:443/%2e/';

    const changed = await admin.put('/resources', { ...calendar, identifier: spelled, name: 'Dates' });

    expect(changed.body).toMatchObject({ identifier: calendar.identifier, name: 'Dates' });
    const read = await admin.get(`/resources/${encodeURIComponent(spelled)}`);
    expect(read.body).toMatchObject({ identifier: calendar.identifier, name: 'Dates' });
    expect(itemsOf(await admin.get('/resources'))).toHaveLength(2);
  });

  it('a scope that belongs to another resource, or the identifier of Eyrie itself, is a conflict', async () => {
    const stolen = { ...calendar, scopes: { 'contacts.read': 'Read your contacts' } };
    expect((await admin.put('/resources', stolen)).status).toBe(409);
    expect((await admin.put('/resources', { ...calendar, identifier: server.issuer })).status).toBe(409);
    const own = { ...calendar, identifier: `${server.issuer.toUpperCase()}/` };
    expect((await admin.put('/resources', own)).status).toBe(409);
  });

  it.each([
    ['identifier', { identifier: 'calendar' }],
    ['identifier', { identifier: 'https://calendar.example.com/#here' }],
    ['identifier', { identifier: `https://${'x'.repeat(512)}` }],
    ['name', { name: '' }],
    ['name', { name: 'Calendar\u200f' }],
    ['scopes\\.calendar\\.read', { scopes: { 'calendar.read': 'Read\u0000 it' } }],
    ['scopes', { scopes: ['calendar.read'] }],
    ['scopes', { scopes: undefined }],
    ['scopes\\.openid', { scopes: { openid: 'Know who you are' } }],
    ['scopes\\.eyrie\\.admin', { scopes: { 'eyrie.admin': 'Everything' } }],
    ['scopes\\.calendar\\.read', { scopes: { 'calendar.read': 7 } }],
    ['scopes\\.two words', { scopes: { 'two words': 'Two words' } }],
    ['access_token_typ', { access_token_typ: 'jwt' }],
    ['access_token_typ', { access_token_typ: null }],
    ['access_token_signing_alg', { access_token_signing_alg: 'HS256' }],
    ['access_token_signing_alg', { access_token_signing_alg: 'none' }],
    ['colour', { colour: 'green' }],
  ])('a wrong %s is refused by name', async (field, wrong) => {
    expectRefusedField(await admin.put('/resources', { ...calendar, ...wrong }), field);
  });
});
