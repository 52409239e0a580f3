import { UserAccounts } from '../../src/users/user-accounts.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Answer, expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';

const full = messageWriter.scope;

describe('B7 what tokens may say is asked when they are issued', () => {
  const server = useServer({ EYRIE_RESPONSE_TYPES: 'code id_token token' });
  let admin: AdminCaller;
  let client: RelyingParty;
  let subject: string;

  beforeAll(async () => {
    subject = await server.createUser(alice);
    await server.createUser({ ...alice, username: 'root', administrator: true });
    admin = await AdminCaller.register(server);
  });

  beforeEach(async () => {
    client = await RelyingParty.register(server);
  });

  const patchClient = async (changes: object): Promise<void> => {
    expect((await admin.patch(`/clients/${client.clientId}`, changes)).status).toBe(200);
  };
  const scopesOf = (answer: Answer): unknown => payloadOf(answer.body.access_token).scope;

  describe('a scope that was taken from the client', () => {
    const left = full.replace(' contacts.read', '');

    it('is not in the tokens of the next refresh, and is again when it is given back', async () => {
      const { refresh_token } = await client.tokens();
      await patchClient({ scope: left });
      const narrowed = await client.refresh(refresh_token);
      expect(narrowed.body.scope).toBe(left);
      expect(scopesOf(narrowed)).toBe(left);
      expect(payloadOf(narrowed.body.access_token).aud).toBe(server.issuer);

      await patchClient({ scope: full });
      expect((await client.refresh(narrowed.body.refresh_token)).body.scope).toBe(full);
    });

    it('is not in the tokens of a code that was issued before', async () => {
      const code = await client.authorize();
      await patchClient({ scope: left });
      const answer = await client.redeem(code);
      expect(answer.body.scope).toBe(left);
    });

    it('narrows a refresh that names it among others, and refuses one that names it alone', async () => {
      const { refresh_token } = await client.tokens();
      await patchClient({ scope: left });
      const narrowed = await client.refresh(refresh_token, { scope: 'openid contacts.read' });
      expect(narrowed.body.scope).toBe('openid');
      const alone = await client.refresh(narrowed.body.refresh_token, { scope: 'contacts.read' });
      expectRefusal(alone, 400, 'invalid_scope');
    });

    it('takes the ID token along if it is openid', async () => {
      const { refresh_token } = await client.tokens();
      await patchClient({ scope: 'offline_access contacts.read' });
      const answer = await client.refresh(refresh_token);
      expect(answer.body.scope).toBe('offline_access contacts.read');
      expect(answer.body).not.toHaveProperty('id_token');
    });

    it('takes its claims along, those in ID tokens included', async () => {
      const claims = JSON.stringify({ id_token: { email: null, name: null } });
      const first = await client.tokens({ claims });
      expect(payloadOf(first.id_token)).toMatchObject({ email: alice.email, name: alice.name });
      await patchClient({ scope: full.replace(' email', '') });
      const answer = await client.refresh(first.refresh_token);
      expect(payloadOf(answer.body.id_token)).toMatchObject({ name: alice.name });
      expect(payloadOf(answer.body.id_token)).not.toHaveProperty('email');
    });

    it('leaves no refresh token if it is offline_access', async () => {
      const code = await client.authorize();
      const { refresh_token } = await client.tokens();
      await patchClient({ scope: full.replace(' offline_access', '') });
      expect((await client.redeem(code)).body).not.toHaveProperty('refresh_token');
      expectRefusal(await client.refresh(refresh_token), 400, 'invalid_grant');
    });

    it('is invalid_grant if nothing else is left', async () => {
      const { refresh_token } = await client.tokens();
      await patchClient({ scope: 'contacts.write' });
      expectRefusal(await client.refresh(refresh_token), 400, 'invalid_grant');
    });
  });

  describe('a resource of the grant', () => {
    const calendar = 'https://calendar.example.com';
    const register = (scopes: object): Promise<Answer> =>
      admin.put('/resources', { identifier: calendar, name: 'Calendar', scopes });

    it('that has lost its scopes is no audience any more', async () => {
      await register({ 'calendar.read': 'Read your calendar' });
      client = await RelyingParty.register(server, { scope: `${full} calendar.read` });
      const { access_token, refresh_token } = await client.tokens({
        resource: [contacts.identifier, calendar],
      });
      expect(payloadOf(access_token).aud).toContain(calendar);
      await register({ 'calendar.write': 'Change your calendar' });

      const answer = await client.refresh(refresh_token);
      expect(answer.body.scope).toBe(full);
      expect(payloadOf(answer.body.access_token).aud).toEqual([contacts.identifier, server.issuer]);
    });
  });

  describe('the scopes of the admin API', () => {
    const withAdmin = `${full} eyrie.admin`;
    const atEyrie = (): object => ({ resource: server.issuer });

    beforeEach(async () => {
      await server.app.get(UserAccounts).update(subject, { administrator: true }, 'test');
      client = await RelyingParty.register(server, { scope: withAdmin });
    });

    it('end at the next refresh when the resource owner is an administrator no longer', async () => {
      const { refresh_token } = await client.tokens();
      const before = await client.refresh(refresh_token, atEyrie() as Record<string, string>);
      expect(before.body.scope).toContain('eyrie.admin');
      await server.app.get(UserAccounts).update(subject, { administrator: false }, 'test');
      const after = await client.refresh(before.body.refresh_token, atEyrie() as Record<string, string>);
      expect(after.body.scope).not.toContain('eyrie.admin');
      expect(after.status).toBe(200);
    });

    it('are in no token that another resource accepts', async () => {
      const { access_token, refresh_token } = await client.tokens();
      expect(payloadOf(access_token).aud).toContain(contacts.identifier);
      expect(payloadOf(access_token).scope).toBe(full);

      const own = await client.refresh(refresh_token, atEyrie() as Record<string, string>);
      expect(payloadOf(own.body.access_token).aud).toBe(server.issuer);
      expect(own.body.scope).toContain('eyrie.admin');
    });

    it('are in no token of a client for itself that another resource accepts', async () => {
      const service = await RelyingParty.register(server, {
        redirect_uris: [],
        grant_types: ['client_credentials'],
        scope: 'eyrie.admin contacts.read',
      });
      const mixed = await service.token({ grant_type: 'client_credentials' });
      expect(payloadOf(mixed.body.access_token)).toMatchObject({
        aud: contacts.identifier,
        scope: 'contacts.read',
      });
      const own = await service.token({ grant_type: 'client_credentials', scope: 'eyrie.admin' });
      expect(payloadOf(own.body.access_token)).toMatchObject({ aud: server.issuer, scope: 'eyrie.admin' });
    });

    it('are in no access token of the front channel that another resource accepts', async () => {
      client = await RelyingParty.register(server, {
        scope: withAdmin,
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code id_token token'],
      });
      const fragment = await client.respond({ response_type: 'code id_token token', nonce: 'nonce' });
      expect(payloadOf(fragment.get('access_token') ?? '').scope).not.toContain('eyrie.admin');
      expect(fragment.get('scope')).not.toContain('eyrie.admin');
    });

    it('cannot be registered for another resource', async () => {
      const answer = await admin.put('/resources', {
        identifier: 'https://evil.example.com',
        name: 'Evil',
        scopes: { 'eyrie.anything': 'Do anything' },
      });
      expect(answer.status).toBe(400);
    });
  });
});
