import { AdminCaller } from '../support/admin-caller.js';
import { RelyingParty, request } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

describe('an empty body with Content-Type: application/json', () => {
  const server = useServer({}, { users: [alice] });
  let admin: AdminCaller;
  let party: RelyingParty;

  beforeAll(async () => {
    admin = (await AdminCaller.register(server)).with({ 'content-type': 'application/json' });
  });
  beforeEach(async () => {
    party = await RelyingParty.register(server);
  });

  it.each<[string, string, number]>([
    ['POST', '/disable', 200],
    ['DELETE', '', 204],
  ])('is as good as none at %s /admin/clients/{id}%s', async (method, path, status) => {
    expect((await admin.call(method, `/clients/${party.clientId}${path}`)).status).toBe(status);
  });

  it('is as good as none with a charset, and with white space', async () => {
    const other = admin.with({ 'content-type': 'application/json; charset=utf-8' });
    expect((await other.call('POST', `/clients/${party.clientId}/disable`)).status).toBe(200);
    const spaces = await request(server, `/admin/clients/${party.clientId}/enable`, {
      method: 'POST',
      body: ' \n',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
    });
    expect(spaces.status).toBe(200);
  });

  it('is as good as none at userinfo', async () => {
    const { access_token: token } = await party.tokens({ scope: 'openid' });
    const answer = await request(server, '/userinfo', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveProperty('sub');
  });

  it('is as good as none at the logout endpoint, which says that nobody is signed in any more', async () => {
    const answer = await request(server, '/logout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('You are signed out');
  });

  it('is refused with 400 that says what is missing, where a body is needed', async () => {
    expect(await admin.call('POST', '/clients')).toMatchObject({
      status: 400,
      body: { message: 'the body is missing: send a JSON object' },
    });
    const token = await request(server, '/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(token).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('does not make malformed JSON valid', async () => {
    const answer = await request(server, `/admin/clients/${party.clientId}/disable`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
    });
    expect(answer.status).toBe(400);
  });
});
