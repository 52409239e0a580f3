import { randomUUID } from 'node:crypto';
import { AdminCaller, expectRefusedField, itemsOf } from '../../support/admin-caller.js';
import { everyRow } from '../../support/database-rows.js';
import { responseOf } from '../../support/browser.js';
import { organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { messageWriter, useServer } from '../../support/server.js';
import { signedInBrowser, walk } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const scope = `${messageWriter.scope} organization`;
const password = 'correct horse battery';

describe('What clients are allowed in place of members, in the admin API', () => {
  const server = useServer();
  let world: TestOrganizations;
  let admin: AdminCaller;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    ({ admin } = world);
  });

  const pathOf = (organization: string, { clientId }: RelyingParty): string =>
    `/organizations/${organization}/consents/${clientId}`;
  const client = (registration: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { scope, ...registration });
  const storedConsents = async (): Promise<Record<string, unknown>[]> =>
    [...(await everyRow(server))].flatMap(([key, row]) =>
      key.startsWith('organization_consents ') ? [row] : [],
    );
  const eventsAbout = async ({ clientId }: RelyingParty): Promise<string[]> =>
    itemsOf(await admin.get(`/audit-events?client_id=${clientId}&limit=200`))
      .map(({ event }) => String(event))
      .filter((event) => event.startsWith('organization.'))
      .toReversed();
  /** An administrator's token for somebody with these roles. */
  async function manager(...roles: string[]): Promise<AdminCaller> {
    const user = { username: `manager-${randomUUID()}`, password, admin_roles: roles as never };
    await server.createUser(user);
    const console = await RelyingParty.register(server, {
      token_endpoint_auth_method: 'none',
      scope: 'openid eyrie.admin',
    });
    const { body } = await console.redeem(await console.authorize({}, user));
    return admin.withToken(body.access_token);
  }

  it('is put, listed, read, changed and withdrawn, each change with its event', async () => {
    const id = await world.create();
    const rp = await client();
    const path = pathOf(id, rp);
    const put = await admin.put(path, { scope: 'profile openid' });
    expect({ status: put.status, body: put.body }).toMatchObject({
      status: 200,
      body: { client_id: rp.clientId, scope: 'openid profile', given_by: `client:${admin.clientId}` },
    });
    await admin.put(path, { scope: 'openid profile' });
    expect(itemsOf(await admin.get(`/organizations/${id}/consents`))).toEqual([put.body]);
    expect((await admin.get(path)).body).toEqual(put.body);
    expect((await admin.put(path, { scope: 'openid email' })).body['scope']).toBe('email openid');
    expect((await admin.delete(path)).status).toBe(204);
    for (const answer of [await admin.get(path), await admin.delete(path)]) expect(answer.status).toBe(404);
    expect(itemsOf(await admin.get(`/organizations/${id}/consents`))).toEqual([]);
    expect(await eventsAbout(rp)).toEqual([
      'organization.consent_given',
      'organization.consent_updated',
      'organization.consent_withdrawn',
    ]);
  });

  it('is listed page by page', async () => {
    const id = await world.create();
    const clients = [await client(), await client(), await client()];
    for (const rp of clients) await admin.put(pathOf(id, rp), { scope: 'openid' });
    const listed = await admin.everyItem(`/organizations/${id}/consents`, 2);
    expect(listed.map(({ client_id }) => client_id)).toEqual(clients.map(({ clientId }) => clientId));
  });

  it('is refused with what is wrong, and nothing is kept', async () => {
    const id = await world.create();
    const rp = await client();
    const rows = await storedConsents();
    for (const bad of [
      '',
      'openid  profile',
      'openid "',
      7,
      'openid phone',
      'openid nothing.of.this.kind',
      'openid eyrie.admin',
      'x'.repeat(8_193),
      undefined,
    ])
      expectRefusedField(await admin.put(pathOf(id, rp), { scope: bad }), 'scope');
    expect((await admin.put(pathOf(randomUUID(), rp), { scope: 'openid' })).status).toBe(404);
    expect((await admin.put(`/organizations/${id}/consents/nobody`, { scope: 'openid' })).status).toBe(404);
    expect((await admin.get(`/organizations/${randomUUID()}/consents`)).status).toBe(404);
    const without = await client({ scope: 'openid' });
    const refused = await admin.put(pathOf(id, without), { scope: 'openid' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('cannot act for an organization');
    expect(await storedConsents()).toEqual(rows);
  });

  it('is given only by those who may change every client and organizations; people who manage organizations see and end it', async () => {
    const id = await world.create();
    const rp = await client();
    const path = pathOf(id, rp);
    const [both, directory, ...none] = await Promise.all([
      AdminCaller.register(server, 'eyrie.groups eyrie.clients'),
      manager('directory_manager'),
      AdminCaller.register(server, 'eyrie.groups'),
      AdminCaller.register(server, 'eyrie.clients'),
      manager('directory_manager', 'client_manager'),
      manager('client_manager'),
      manager('user_support'),
    ]);
    for (const caller of [directory, ...none])
      expect((await caller.put(path, { scope: 'openid' })).status).toBe(403);
    expect((await both.put(path, { scope: 'openid' })).status).toBe(200);
    expect((await directory.get(path)).status).toBe(200);
    expect((await directory.delete(path)).status).toBe(204);
  });

  it('keeps client managers from changing the client: they would have what members give unasked', async () => {
    const carl = await manager('client_manager');
    const made = await carl.post('/clients', { redirect_uris: ['https://theirs.example.com/cb'], scope });
    expect(made.status).toBe(201);
    const clientId = made.body['client_id'] as string;
    const elsewhere = { redirect_uris: ['https://elsewhere.example.com/cb'] };
    expect((await carl.patch(`/clients/${clientId}`, elsewhere)).status).toBe(200);
    const id = await world.create();
    const path = `/organizations/${id}/consents/${clientId}`;
    expect((await admin.put(path, { scope: 'openid' })).status).toBe(200);
    expect((await carl.patch(`/clients/${clientId}`, elsewhere)).status).toBe(403);
    expect((await carl.post(`/clients/${clientId}/secrets`, {})).status).toBe(403);
    await admin.delete(path);
    expect((await carl.patch(`/clients/${clientId}`, elsewhere)).status).toBe(200);
  });

  it('goes with its organization, its client, and scope by scope', async () => {
    const resource = {
      identifier: 'https://notes.example.com',
      name: 'Notes',
      scopes: { 'notes.read': 'Read notes', 'notes.write': 'Write notes' } as Record<string, string>,
    };
    const putResource = async (body: typeof resource): Promise<void> => {
      const answer = await admin.put('/resources', body);
      expect(answer.status).toBe(200);
    };
    await putResource(resource);
    const [first, second] = [await world.create(), await world.create()];
    const rp = await client({ scope: `${scope} notes.read notes.write` });
    const another = await client({ scope: `${scope} notes.read` });
    await admin.put(pathOf(first, rp), { scope: 'openid notes.read notes.write' });
    await admin.put(pathOf(second, rp), { scope: 'openid' });
    await admin.put(pathOf(second, another), { scope: 'notes.read' });

    await putResource({ ...resource, scopes: { 'notes.write': 'Write notes' } });
    expect((await admin.get(pathOf(first, rp))).body['scope']).toBe('notes.write openid');
    expect((await admin.get(pathOf(second, another))).status).toBe(404);
    await putResource(resource);
    expect((await admin.get(pathOf(first, rp))).body['scope']).toBe('notes.write openid');

    await world.delete(first);
    const left = await storedConsents();
    expect(left.filter((row) => row['organization_id'] === first)).toEqual([]);
    await admin.delete(`/clients/${rp.clientId}`);
    expect(itemsOf(await admin.get(`/organizations/${second}/consents`))).toEqual([]);
  });

  it('ends with the grants of the client for the organization if that is asked for, which dry_run foretells', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [id = '', other = ''] = organizations;
    const browser = await signedInBrowser(server, person);
    const rp = await RelyingParty.register(server, { scope }, browser);
    await admin.put(pathOf(id, rp), { scope: 'openid offline_access' });
    const tokens = async (asked: string): Promise<string> => {
      const page = await walk(
        browser,
        rp.authorizeUrl(verifier, { scope: `openid offline_access ${asked}` }),
      );
      const { body } = await rp.redeem({ code: responseOf(page).get('code') ?? '', verifier });
      return body.refresh_token;
    };
    const mine = await tokens(organizationScope(id));
    const kept = [await tokens(organizationScope(other)), await tokens('')];
    const path = pathOf(id, rp);
    expect((await admin.delete(`${path}?dry_run=true`)).body).toMatchObject({ grants: 0 });
    expect((await admin.delete(`${path}?revoke_grants=true&dry_run=true`)).body).toMatchObject({
      grants: 1,
      people: 1,
      first: [{ user_id: person.id, client_id: rp.clientId }],
    });
    expect((await admin.delete(`${path}?revoke_grants=perhaps`)).status).toBe(400);
    expect((await admin.get(path)).status).toBe(200);

    expect((await admin.delete(`${path}?revoke_grants=true`)).status).toBe(204);
    expect((await rp.refresh(mine)).body.error).toBe('invalid_grant');
    for (const token of kept) expect((await rp.refresh(token)).status).toBe(200);
    const [event] = itemsOf(
      await admin.get(`/audit-events?event=organization.consent_withdrawn&client_id=${rp.clientId}`),
    );
    expect(event).toMatchObject({ detail: { organization: id, revoked: 1 } });
    const grants = itemsOf(await admin.get(`/grants?user_id=${person.id}&include_inactive=true`));
    const grant = grants.find(({ organization_id }) => organization_id === id);
    const { body } = await admin.get(`/grants/${String(grant?.['id'])}/timeline`);
    expect(body['items']).toContainEqual(
      expect.objectContaining({ event: 'grant.revoked', actor: event?.['actor'] }),
    );
  });
});
