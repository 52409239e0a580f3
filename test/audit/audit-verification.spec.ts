import { jest } from '@jest/globals';
import { AuditVerifier, type AuditVerification } from '../../src/audit/audit-verification.js';
import { Changes } from '../../src/audit/changes.js';
import { Database } from '../../src/persistence/database.js';
import { AuditSealsStore } from '../../src/persistence/stores/audit-seals.store.js';
import type { SqlValue } from '../../src/persistence/sql.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { UserDeletion } from '../../src/users/user-deletion.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { alice, startServer, useServer } from '../support/server.js';

describe('The chain of the audit trail', () => {
  const server = useServer();

  const database = (): Database => server.app.get(Database);
  const write = (sql: string, values: SqlValue[] = []): Promise<number> =>
    database().write((tx) => database().affected(tx, sql, values));
  const note = (id: string): Promise<void> =>
    server.app.get(Changes).note({ event: 'user.disabled', actor: 'test', userId: id });
  const seal = (): Promise<number> => server.app.get(Sweeper).sweep(server.clock.now());
  const verify = (): Promise<AuditVerification> => server.app.get(AuditVerifier).verify();
  const eventOf = async (userId: string): Promise<{ id: string; seal: number }> =>
    (
      await database().query<{ id: string; seal: number }>(
        'SELECT id, seal FROM audit_events WHERE user_id = ?',
        [userId],
      )
    )[0]!;
  const kinds = async (): Promise<string[]> => (await verify()).findings.map(({ kind }) => kind);

  beforeEach(async () => {
    for (const table of ['audit_events', 'audit_seals']) await write(`DELETE FROM ${table}`);
    for (const id of ['u1', 'u2', 'u3']) await note(id);
    await seal();
    await note('u4');
    await seal();
  });

  it('holds while nothing was changed, whatever is added', async () => {
    await note('u5');
    const before = await verify();
    await seal();
    const after = await verify();

    expect(before.findings).toEqual([]);
    expect(after).toMatchObject({ findings: [], seals: before.seals + 1, events: before.events + 1 });
  });

  it('holds when two replicas seal at once', async () => {
    for (let i = 0; i < 5; i++) {
      await note(`both-${i}`);
      await Promise.all([seal(), seal(), seal()]);
    }

    expect((await verify()).findings).toEqual([]);
  });

  it.each([
    ['actor', 'somebody else'],
    ['event', 'user.enabled'],
    ['user_id', 'u9'],
    ['client_id', 'c9'],
    ['grant_id', 'g9'],
    ['address', '203.0.113.9'],
    ['at', 7],
    ['detail', '{"a":1}'],
    ['place', 9],
    ['salt', 'another'],
    ['detail_digest', 'another'],
    ['digest', 'another'],
  ])('a changed %s is found, and the event named', async (column, value) => {
    const { id } = await eventOf('u2');
    await write(`UPDATE audit_events SET ${column} = ? WHERE id = ?`, [value, id]);

    const { findings } = await verify();
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toMatchObject({ kind: 'changed', event: id });
  });

  it('a change with a digest to match is found by its seal', async () => {
    const [one, two] = [await eventOf('u1'), await eventOf('u2')];
    const members = 'salt, detail_digest, digest, place';
    const rows = await database().query<Record<string, SqlValue>>(
      `SELECT id, ${members} FROM audit_events WHERE id IN (?, ?) ORDER BY id`,
      [one.id, two.id],
    );
    // Two events trade places, with all that belongs to them.
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const)
      await write('UPDATE audit_events SET salt = ?, detail_digest = ?, digest = ?, place = ? WHERE id = ?', [
        rows[from]!['salt']!,
        rows[from]!['detail_digest']!,
        rows[from]!['digest']!,
        rows[from]!['place']!,
        rows[to]!['id']!,
      ]);

    expect(await kinds()).toContain('changed');
  });

  it('a removed event is found', async () => {
    await write('DELETE FROM audit_events WHERE id = ?', [(await eventOf('u2')).id]);
    expect(await kinds()).toEqual(['removed']);
  });

  it('an event that is inserted under a seal is found', async () => {
    const { id } = await eventOf('u2');
    await write(
      `INSERT INTO audit_events (id, at, event, actor, user_id, seal, place, salt, detail_digest, digest)
        SELECT 'inserted', at, event, actor, 'u9', seal, 3, salt, detail_digest, digest FROM audit_events WHERE id = ?`,
      [id],
    );
    expect(await kinds()).toEqual(expect.arrayContaining(['inserted']));
  });

  it('an event under a seal that does not exist is found', async () => {
    const { id } = await eventOf('u4');
    await write('UPDATE audit_events SET seal = 99 WHERE id = ?', [id]);
    expect(await kinds()).toEqual(['removed', 'inserted']);
  });

  it('an event that claims to be older than it is is found', async () => {
    await write(
      "INSERT INTO audit_events (id, at, event, actor, user_id) VALUES ('00000000-0000-7000-8000-000000000001', 1000000000, 'user.deleted', 'test', 'u9')",
    );
    await seal();
    expect(await kinds()).toEqual(['backdated']);
  });

  it('a removed seal is found, with what it covered', async () => {
    const { seal: number } = await eventOf('u1');
    await write('DELETE FROM audit_events WHERE seal = ?', [number]);
    await write('DELETE FROM audit_seals WHERE number = ?', [number]);
    expect(await kinds()).toContain('removed');
  });

  it('a seal that was made again without the secret is found', async () => {
    const { seal: number } = await eventOf('u4');
    await write('UPDATE audit_seals SET hash = ? WHERE number = ?', ['x'.repeat(43), number]);
    expect(await kinds()).toEqual(['seal', 'changed']);
  });

  it('the sealed hash of another seal is found', async () => {
    await write(
      'UPDATE audit_seals SET hash_sealed = (SELECT s.hash_sealed FROM (SELECT hash_sealed FROM audit_seals WHERE number = 1) s) WHERE number = 2',
    );
    expect(await kinds()).toEqual(['seal']);
  });

  it('values of a user who was deleted are erased, which is no finding', async () => {
    const id = await server.createUser(alice);
    await server.app.get(UserAccounts).update(id, { name: 'Alice Archer' }, 'test');
    await seal();
    await server.app.get(UserDeletion).delete(id, 'test');
    await seal();

    expect(await verify()).toMatchObject({ findings: [], erased: 1 });
  });

  it('the browsers of a user who was deleted are erased from sealed events, which is no finding', async () => {
    const id = await server.createUser({ ...alice, username: 'anna', email: 'anna@example.com' });
    const userAgent = { browser: 'Firefox on Linux' };
    await server.app
      .get(Changes)
      .note({ event: 'session.opened', actor: `user:${id}`, userId: id, detail: userAgent as never });
    await seal();
    await server.app.get(UserDeletion).delete(id, 'test');
    await seal();

    expect(await verify()).toMatchObject({ findings: [], erased: 1 });
  });

  it('a detail that is erased while it is being sealed is no finding', async () => {
    const id = await server.createUser({ ...alice, username: 'ann', email: 'ann@example.com' });
    await server.app.get(UserAccounts).update(id, { name: 'Ann Archer' }, 'test');
    const store = server.app.get(AuditSealsStore);
    const last = store.last.bind(store);
    jest.spyOn(store, 'last').mockImplementationOnce(async () => {
      await server.app.get(UserDeletion).delete(id, 'test');
      return last();
    });
    await seal();
    await seal();

    expect(await verify()).toMatchObject({ findings: [] });
    expect(await database().query('SELECT id FROM audit_events WHERE seal IS NULL', [])).toEqual([]);
  });

  it('an erased detail without a deletion is a finding', async () => {
    await write('UPDATE audit_events SET detail = NULL, salt = NULL WHERE id = ?', [
      (await eventOf('u1')).id,
    ]);
    expect(await kinds()).toEqual(['erased']);
  });
});

describe('The chain of a trail that is kept for a time', () => {
  it('holds when the oldest events are gone', async () => {
    const server = await startServer({ EYRIE_AUDIT_TTL: '3600' });
    try {
      const sweep = (): Promise<number> => server.app.get(Sweeper).sweep(server.clock.now());
      const note = (): Promise<void> =>
        server.app.get(Changes).note({ event: 'user.disabled', actor: 'test', userId: 'u1' });
      await note();
      await sweep();
      server.clock.advance(3_000);
      await note();
      await sweep();
      server.clock.advance(1_000);
      await sweep();

      const { findings, events } = await server.app.get(AuditVerifier).verify();
      expect(findings).toEqual([]);
      expect(events).toBe(1);
    } finally {
      await server.stop();
    }
  });
});
