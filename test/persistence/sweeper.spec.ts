import { Clock } from '../../src/config/clock.js';
import { Database } from '../../src/persistence/database.js';
import { RefreshToken } from '../../src/persistence/entities/refresh-token.entity.js';
import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import type { Work } from '../../src/persistence/transaction.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { alice, startServer } from '../support/server.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';
import { type Opened, openDatabase } from '../support/opened.js';

const at = 1_000_000;

class FixedClock extends Clock {
  override now(): number {
    return at;
  }
}

describe('The sweeper', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  beforeEach(() => opened.empty());
  afterAll(() => opened.close());

  const sweeper = () =>
    new Sweeper(opened.database, new LeasesStore(opened.database), new FixedClock(), { auditTtl: 0 });

  /** Tables of what expires, beside codes and refresh tokens, which stay as long as their grant. */
  const expiring = [
    'access_tokens',
    'answered_interactions',
    'backchannel_requests',
    'client_secrets',
    'deleted_clients',
    'deliveries',
    'device_codes',
    'email_codes',
    'grants',
    'idempotency_keys',
    'initial_access_tokens',
    'job_chunks',
    'job_errors',
    'jobs',
    'mailed_links',
    'organization_invitations',
    'pushed_requests',
    'refusals',
    'revoked_tokens',
    'scim_tokens',
    'session_clients',
    'sessions',
    'throttles',
    'token_uses',
    'upstream_requests',
    'upstream_sign_outs',
    'used_jtis',
  ];

  it('knows every table that has an expiry', () => {
    const withExpiry = opened.writer.entityMetadatas
      .filter(({ columns }) => columns.some(({ databaseName }) => databaseName === 'expires_at'))
      .map(({ tableName }) => tableName)
      // Keys are removed by `KeyRemoval`, as some are not in the database alone.
      .filter(
        (table) => !['authorization_codes', 'refresh_tokens', 'leases', 'signing_keys'].includes(table),
      );
    expect(withExpiry.toSorted()).toEqual(expiring);
  });

  it.each(expiring)('deletes rows of %s when their time is over, and not a second before', async (table) => {
    const entity = opened.writer.getMetadata(table);
    const [key] = entity.primaryColumns;
    for (const [name, expiresAt] of Object.entries({ over: at - 1, now: at, later: at + 1 })) {
      const row = Object.fromEntries(
        entity.columns.map((column) => [
          column.propertyName,
          column.type === 'varchar' || column.type === 'text' ? name : column.type === 'simple-json' ? [] : 0,
        ]),
      );
      await opened.database.write((tx) =>
        tx.insert(entity.target, { ...row, expiresAt, [key?.propertyName ?? '']: name }),
      );
    }
    await sweeper().sweep(at);
    const left = await opened.database.read.find(entity.target);
    expect(left.map((row) => row[key?.propertyName ?? ''] as string)).toEqual(['later']);
  });

  it('leaves what never expires', async () => {
    await opened.database.write((tx) =>
      tx.query(
        "INSERT INTO grants (id, grant_type, client_id, scope, offline, created_at) VALUES ('standing', 'client_credentials', 'robot', '', true, 0)",
      ),
    );
    expect(await sweeper().sweep(at)).toBe(0);
  });

  it('deletes many rows in batches, a grant with all that it issued', async () => {
    const tokens = Array.from({ length: 450 }, (_, i) => ({
      tokenHash: `token-${i}`,
      grantId: i < 440 ? 'old' : 'young',
      clientId: 'writer',
      issuedAt: 0,
      expiresAt: 10,
      consumedAt: 5,
      successorSealed: null,
    }));
    await opened.database.write(async (tx) => {
      for (const [id, expiresAt] of [
        ['old', at],
        ['young', at + 1],
      ])
        await tx.query(
          `INSERT INTO grants (id, grant_type, client_id, scope, offline, created_at, expires_at) VALUES ('${id}', 'authorization_code', 'writer', '', true, 0, ${expiresAt})`,
        );
      await tx.insert(RefreshToken, tokens);
      await tx.insert(
        UsedJti,
        Array.from({ length: 450 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i })),
      );
    });
    expect(await sweeper().sweep(at)).toBe(440 + 1 + 450);
    expect(await opened.database.read.count(RefreshToken)).toBe(10);
    expect(await opened.database.read.count(UsedJti)).toBe(0);
  });

  it('of two replicas one sweeps, and the other takes over when its lease has ended', async () => {
    await opened.database.write((tx) => tx.insert(UsedJti, { jtiHash: 'first', expiresAt: 1 }));
    const [one, other] = [sweeper(), sweeper()];
    await one.sweepInTurn();
    await opened.database.write((tx) => tx.insert(UsedJti, { jtiHash: 'second', expiresAt: 1 }));
    await other.sweepInTurn();
    expect(await opened.database.read.count(UsedJti)).toBe(1);
    await opened.database.write((tx) => tx.query(`UPDATE leases SET expires_at = ${at}`));
    await other.sweepInTurn();
    expect(await opened.database.read.count(UsedJti)).toBe(0);
  });

  it('two that sweep at once do not disturb each other', async () => {
    await opened.database.write((tx) =>
      tx.insert(
        UsedJti,
        Array.from({ length: 900 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i })),
      ),
    );
    await Promise.all([sweeper().sweep(at), sweeper().sweep(at)]);
    expect(await opened.database.read.count(UsedJti)).toBe(0);
  });

  it('lets other work in between batches of many rows', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i }));
    await opened.database.write(async (tx) => {
      for (let from = 0; from < many.length; from += 5_000)
        await tx.insert(UsedJti, many.slice(from, from + 5_000));
    });
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    expect(await sweeper().sweep(at)).toBe(10_000);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10_000 / opened.database.sweepPace.batchSize / 2);
  });

  it('goes on while others write without pause', async () => {
    await opened.database.write((tx) =>
      tx.insert(
        UsedJti,
        Array.from({ length: 1_000 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i })),
      ),
    );
    const stop = new AbortController();
    let written = 0;
    const writing = [1, 2, 3].map(async (writer) => {
      for (let i = 0; !stop.signal.aborted; i += 1) {
        await opened.database.write((tx) =>
          tx.insert(UsedJti, { jtiHash: `new-${writer}-${i}`, expiresAt: at + 1 }),
        );
        written += 1;
      }
    });
    expect(await sweeper().sweep(at)).toBe(1_000);
    stop.abort();
    await Promise.all(writing);
    expect(await opened.database.read.count(UsedJti)).toBe(written);
  });

  it('gives each kind of rows its turn', async () => {
    await opened.database.write(async (tx) => {
      await tx.insert(
        UsedJti,
        Array.from({ length: 450 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i })),
      );
      await tx.query("INSERT INTO throttles (key_hash, attempts, expires_at) VALUES ('old', 1, 1)");
    });
    const emptied: string[] = [];
    const stopped = sweeper();
    const write = opened.database.write;
    Object.assign(opened.database, {
      write: async (work: Work<unknown>) => {
        const outcome = await write(work);
        const [{ remaining }] = await opened.database.read.query(
          'SELECT count(*) AS remaining FROM throttles',
        );
        if (Number(remaining) === 0 && emptied.push('throttles') === 1) stopped.onApplicationShutdown();
        return outcome;
      },
    });
    await stopped.sweep(at);
    Object.assign(opened.database, { write });
    expect(await opened.database.read.count(UsedJti)).toBe(450 - opened.database.sweepPace.batchSize);
  });

  it('stops at shutdown', async () => {
    await opened.database.write((tx) => tx.insert(UsedJti, { jtiHash: 'left', expiresAt: 1 }));
    const stopped = sweeper();
    stopped.onApplicationShutdown();
    expect(await stopped.sweep(at)).toBe(0);
  });
});

describe('The sweeper among living grants', () => {
  it('keeps consumed codes and rotated tokens, so that a replay is still seen', async () => {
    const server = await startServer();
    await server.createUser(alice);
    const sweep = () => server.app.get(Sweeper).sweep(server.clock.now());
    const client = await RelyingParty.register(server);

    const authorized = await client.authorize();
    const first = (await client.redeem(authorized)).body;
    server.clock.advance(86_400);
    await sweep();
    const second = (await client.refresh(first.refresh_token)).body;
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    expectRefusal(await client.refresh(second.refresh_token), 400, 'invalid_grant');

    const third = await client.tokens();
    const fourth = (await client.refresh(third.refresh_token)).body;
    server.clock.advance(86_400);
    await sweep();
    expectRefusal(await client.refresh(third.refresh_token), 400, 'invalid_grant');
    expectRefusal(await client.refresh(fourth.refresh_token), 400, 'invalid_grant');

    server.clock.advance(181 * 86_400);
    await sweep();
    for (const table of ['grants', 'authorization_codes', 'refresh_tokens', 'access_tokens', 'sessions']) {
      const [row] = await server.app
        .get(Database)
        .query<{ total: number }>(`SELECT COUNT(*) AS total FROM ${table}`, []);
      expect([table, Number(row?.total)]).toEqual([table, 0]);
    }
    await server.stop();
  });
});
