import type { ServerResponse } from 'node:http';
import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { DescribedClientHost } from '../../support/described-client.js';

describe('F6 what happens to grants when a document is changed or withdrawn', () => {
  let world: DescribedClientHost;

  beforeAll(async () => {
    world = await DescribedClientHost.start();
  });
  afterAll(() => world.stop());

  const answering =
    (status: number, body = '') =>
    (_request: unknown, response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

  it('a document that is gone: no tokens and no authorization, until it is back', async () => {
    const { party, path } = world.publish();
    const document = world.host.documents.get(path);
    const tokens = await party.tokens();
    world.host.documents.delete(path);
    world.server.clock.advance(61);
    const refused = await party.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
    const page = await party.browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(page.status).toBe(400);
    world.host.documents.set(path, document);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it.each([
    ['another client_id', { client_id: 'https://other.example.com/client' }],
    ['a secret', { client_secret: 'a secret of more than 32 characters' }],
    ['no redirection URI', { redirect_uris: [] }],
  ])('a document that has %s from now on counts as gone', async (_title, members) => {
    const { party, path, clientId } = world.publish();
    const tokens = await party.tokens();
    world.host.documents.set(path, world.documentOf(clientId, members));
    world.server.clock.advance(61);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(401);
  });

  it.each([
    ['answers 503', answering(503)],
    ['answers 429', answering(429)],
    ['hangs up', (_request: unknown, response: ServerResponse) => void response.destroy()],
  ])('while its host %s the last copy counts, for a day', async (_title, answer) => {
    const { party, path } = world.publish();
    const tokens = await party.tokens();
    world.host.documents.set(path, answer);
    world.server.clock.advance(80_000);
    const refreshed = await party.refresh(tokens.refresh_token);
    expect(refreshed.status).toBe(200);
    world.server.clock.advance(10_000);
    expect((await party.refresh(refreshed.body.refresh_token)).status).toBe(401);
  });

  it('a withdrawn document stays withdrawn while its host is down', async () => {
    const { party, path } = world.publish();
    const tokens = await party.tokens();
    world.host.documents.delete(path);
    world.server.clock.advance(61);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(401);
    world.host.documents.set(path, answering(503));
    expect((await party.refresh(tokens.refresh_token)).status).toBe(401);
  });

  it('a document without the keys that it had: its grants are revoked, and the audit trail says so', async () => {
    const { party, path, clientId } = await world.publishWithKey();
    const tokens = await party.tokens();
    world.publish({}, { path, clientId });
    world.server.clock.advance(61);
    const anybody = world.publish({}, { path, clientId }).party;
    const refused = await anybody.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
    const admin = await AdminCaller.register(world.server);
    const events = itemsOf(await admin.get(`/audit-events?client_id=${encodeURIComponent(clientId)}`));
    expect(events.find(({ event }) => event === 'grants.revoked')).toMatchObject({
      actor: `document:${world.host.host}`,
      detail: { revoked: 1 },
    });
  });

  it('a document with a new name: grants stay, and the account page shows the name', async () => {
    const { party, path, clientId } = world.publish();
    const tokens = await party.tokens();
    world.host.documents.set(path, world.documentOf(clientId, { client_name: 'Agent the Second' }));
    world.server.clock.advance(61);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await party.browser.open('/account')).html).toContain('Agent the Second');
  });
});

describe('F6 somebody who makes the server fetch too much', () => {
  let world: DescribedClientHost;

  beforeAll(async () => {
    world = await DescribedClientHost.start({ EYRIE_ANONYMOUS_REQUESTS: '1' });
  });
  afterAll(() => world.stop());

  it('does not go on with a copy that may be withdrawn', async () => {
    const { party, path } = world.publish();
    const tokens = await party.tokens();
    world.host.documents.delete(path);
    world.server.clock.advance(61);
    await world.publish().party.tokens();
    expect((await party.refresh(tokens.refresh_token)).status).toBe(429);
  });
});
