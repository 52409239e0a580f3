import { jest } from '@jest/globals';
import { AuditVerifier } from '../../src/audit/audit-verification.js';
import { TokenEvents } from '../../src/audit/token-events.js';
import { Database } from '../../src/persistence/database.js';
import { AuditEvent } from '../../src/persistence/entities/audit-event.entity.js';
import { AuditStore } from '../../src/persistence/stores/audit.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { basic, payloadOf, post, RelyingParty } from '../support/relying-party.js';
import { alice, startServer, type TestServer, useServer } from '../support/server.js';
import { itemsOf, AdminCaller } from '../support/admin-caller.js';

const issued = 'token.issued';
const refused = 'token.refused';
const dropped = 'token.events_dropped';

/** The events of tokens, oldest first, once what is pending was written. */
async function tokenEvents(server: TestServer): Promise<AuditEvent[]> {
  await server.app.get(TokenEvents).flush();
  const all = await server.app.get(Database).read.find(AuditEvent, { order: { id: 'ASC' } });
  return all.filter(({ event }) => [issued, refused, dropped].includes(event));
}

/** Forgets what happened so far. */
async function forget(server: TestServer): Promise<void> {
  await server.app.get(TokenEvents).flush();
  const database = server.app.get(Database);
  await database.write((tx) => database.affected(tx, 'DELETE FROM audit_events', []));
}

describe('With EYRIE_AUDIT_TOKENS=all, the audit trail', () => {
  const server = useServer({ EYRIE_AUDIT_TOKENS: 'all' }, { users: [alice] });
  let party: RelyingParty;

  beforeAll(async () => {
    party = await RelyingParty.register(server);
  });
  beforeEach(() => forget(server));

  it('says which access tokens a grant issued, to whom and for what', async () => {
    const { access_token: first, refresh_token } = await party.tokens();
    const { body } = await party.refresh(refresh_token);
    const [code, refresh] = await tokenEvents(server);

    const payload = payloadOf(first);
    expect(code).toMatchObject({
      event: issued,
      actor: `client:${party.clientId}`,
      userId: payload.sub,
      clientId: party.clientId,
      grantId: payload.grant_id,
      address: '127.0.0.1',
      detail: { grant_type: 'authorization_code', resource: expect.any(String), jtis: [payload.jti] },
    });
    expect(code?.detail?.scope).toBe(payload.scope);
    expect(refresh).toMatchObject({
      grantId: payload.grant_id,
      detail: { grant_type: 'refresh_token', jtis: [payloadOf(body.access_token).jti] },
    });
  });

  it('has the tokens of one grant in one event, opaque ones by the jti of their introspection', async () => {
    const robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
      access_token_format: 'opaque',
    });
    const tokens = [];
    for (let i = 0; i < 3; i++) tokens.push(await robot.token({ grant_type: 'client_credentials' }));
    const jtis = [];
    for (const { body } of tokens) jtis.push((await robot.introspect(body.access_token)).body.jti);
    const events = await tokenEvents(server);

    expect(events.map(({ userId, detail }) => [userId, detail?.grant_type, detail?.jtis])).toEqual([
      [null, 'client_credentials', jtis],
    ]);
  });

  it('counts refusals of one kind, with the reason and the reference of the first', async () => {
    const { refresh_token } = await party.tokens();
    await forget(server);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await party.refresh(`x${refresh_token}`));
    const [event, ...others] = await tokenEvents(server);

    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event: refused,
      actor: `client:${party.clientId}`,
      clientId: party.clientId,
      address: '127.0.0.1',
      detail: {
        grant_type: 'refresh_token',
        error: 'invalid_grant',
        reason: answers[0]?.body.error_description,
        request: answers[0]?.headers.get('eyrie-reference'),
        count: 3,
      },
    });
  });

  it('does not believe a client that has not authenticated, and keeps no name that no client has', async () => {
    const fields = { grant_type: 'client_credentials' };
    await post(server, '/token', fields, { authorization: basic(party.clientId, 'wrong') });
    await post(server, '/token', fields, { authorization: basic('nobody-here', 'wrong') });
    const events = await tokenEvents(server);

    expect(events.map(({ actor, clientId, detail }) => [actor, clientId, detail?.error])).toEqual([
      ['anonymous', party.clientId, 'invalid_client'],
      ['anonymous', null, 'invalid_client'],
    ]);
  });

  it('holds no token, code or secret, wherever a client puts it', async () => {
    const { code, verifier } = await party.authorize();
    const secrets = [code, verifier, party.secret];
    const { body } = await party.redeem({ code, verifier });
    secrets.push(body.access_token, body.refresh_token, body.id_token);
    await party.redeem({ code, verifier });
    for (const secret of secrets) {
      await party.token({ grant_type: secret, client_id: secret, scope: secret, resource: secret });
      await post(server, '/token', { grant_type: secret, client_id: secret, [secret]: secret });
      await post(server, `/token?${secret}=${secret}`, { grant_type: 'authorization_code', code: secret });
    }
    const text = JSON.stringify(await tokenEvents(server));

    expect(text).toContain(refused);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('can be asked for them by user, client, grant and time', async () => {
    const admin = await AdminCaller.register(server);
    const { access_token } = await party.tokens();
    const { sub, grant_id } = payloadOf(access_token);
    await tokenEvents(server);
    const now = server.clock.now();
    const asked = async (query: string): Promise<number> =>
      itemsOf(await admin.get(`/audit-events?event=${issued}&${query}`)).length;

    expect(await asked(`user_id=${sub as string}&since=${now - 10}`)).toBe(1);
    expect(await asked(`grant_id=${grant_id as string}&client_id=${party.clientId}`)).toBe(1);
    expect(await asked(`user_id=${sub as string}&until=${now - 10}`)).toBe(0);
  });

  it('seals them like every other event', async () => {
    await party.tokens();
    await tokenEvents(server);
    await server.app.get(Sweeper).sweep(server.clock.now());
    const { read } = server.app.get(Database);
    expect(await read.countBy(AuditEvent, { event: issued })).toBe(1);

    expect(await server.app.get(AuditVerifier).verify()).toMatchObject({ findings: [] });
    expect((await read.findOneByOrFail(AuditEvent, { event: issued })).seal).toEqual(expect.any(Number));
  });

  it('gets them once the database is back, and a count of those that had to be dropped', async () => {
    const store = server.app.get(AuditStore);
    const failing = jest.spyOn(store, 'insertAll').mockRejectedValue(new Error('the database is away'));
    const early = await party.tokens();
    await server.app.get(TokenEvents).flush();
    server.clock.advance(700);
    const late = await party.tokens();
    await server.app.get(TokenEvents).flush();
    failing.mockRestore();
    const events = await tokenEvents(server);

    expect(early.access_token).not.toBe(late.access_token);
    expect(events.map(({ event }) => event)).toEqual([issued, dropped]);
    expect(events[0]?.detail?.jtis).toEqual([payloadOf(late.access_token).jti]);
    expect(events[1]?.detail).toMatchObject({ count: 1 });
  });
});

it.each([
  ['off', []],
  ['refusals', [refused]],
])('With EYRIE_AUDIT_TOKENS=%s, the audit trail has of tokens: %j', async (setting, expected) => {
  const server = await startServer({ EYRIE_AUDIT_TOKENS: setting });
  const robot = await RelyingParty.register(server, {
    grant_types: ['client_credentials'],
    scope: 'contacts.read',
  });
  await robot.token({ grant_type: 'client_credentials' });
  await robot.token({ grant_type: 'client_credentials', scope: 'unknown' });
  const events = await tokenEvents(server);
  await server.stop();

  expect(events.map(({ event }) => event)).toEqual(expected);
});

it('A server that stops has recorded every token', async () => {
  const server = await startServer({ EYRIE_AUDIT_TOKENS: 'all' });
  const robot = await RelyingParty.register(server, {
    grant_types: ['client_credentials'],
    scope: 'contacts.read',
  });
  const store = server.app.get(AuditStore);
  const written = jest.spyOn(store, 'insertAll');
  const { body } = await robot.token({ grant_type: 'client_credentials' });
  expect(written).not.toHaveBeenCalled();
  await server.stop();

  const rows = written.mock.calls.flatMap(([, events]) => events);
  expect(await Promise.all(written.mock.results.map(({ value }) => value as Promise<void>))).toEqual([
    undefined,
  ]);
  expect(rows.map(({ detail }) => detail?.jtis)).toEqual([[payloadOf(body.access_token).jti]]);
});
