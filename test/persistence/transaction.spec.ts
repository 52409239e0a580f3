import { databaseKind } from '../support/database.js';
import { outageOf } from '../../src/persistence/dialects/dialects.js';
import type { EntityManager } from 'typeorm';
import type { Database } from '../../src/persistence/database.js';
import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import { ThrottlesStore } from '../../src/persistence/stores/throttles.store.js';
import { type Opened, openDatabase } from '../support/opened.js';

describe('Writing', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  const put = (jtiHash: string) =>
    opened.database.write((tx) => tx.insert(UsedJti, { jtiHash, expiresAt: 1 }));
  const count = (prefix: string): Promise<number> =>
    opened.database.read
      .createQueryBuilder(UsedJti, 'jti')
      .where('jti.jtiHash LIKE :prefix', { prefix: `${prefix}%` })
      .getCount();

  it('a hundred parallel transactions all keep what they wrote', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, i) => put(`many-${i}`)));
    expect(await count('many-')).toBe(100);
  });

  it('waits for the other nodes of a Galera cluster', async () => {
    if (databaseKind() !== 'mysql') return;
    const known: { Value: string }[] = await opened.writer.query(
      "SHOW SESSION VARIABLES WHERE Variable_name = 'wsrep_sync_wait'",
    );
    // MySQL has no such variable.
    expect(known.filter(({ Value }) => Value !== '1')).toEqual([]);
  });

  it('in a loop leaves the event loop to others', async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const until = performance.now() + 300;
    for (let i = 0; performance.now() < until; i++) await put(`loop-${i}`);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3);
  });

  it('one that fails among many takes back its own rows only', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        opened.database.write(async (tx) => {
          await tx.insert(UsedJti, { jtiHash: `mixed-${i}-a`, expiresAt: 1 });
          if (i % 5 === 0) throw new Error('this one fails');
          await tx.insert(UsedJti, { jtiHash: `mixed-${i}-b`, expiresAt: 1 });
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(await count('mixed-')).toBe(80);
  });

  it('the gate goes on after a failure of the database itself', async () => {
    await put('twice');
    await expect(put('twice')).rejects.toMatchObject({ name: 'DuplicateError' });
    await put('after');
    expect(await count('after')).toBe(1);
  });

  it('readers see nothing that is not committed, and all that is', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let written = (): void => {};
    const inserted = new Promise<void>((resolve) => (written = resolve));
    const work = opened.database.write(async (tx) => {
      await tx.insert(UsedJti, { jtiHash: 'hidden', expiresAt: 1 });
      written();
      await held;
    });
    await inserted;
    expect(await count('hidden')).toBe(0);
    const plain = opened.database.query('SELECT 1 FROM used_jtis WHERE jti_hash = ?', ['rolled-back']);
    release();
    await work;
    expect(await count('hidden')).toBe(1);
    expect(await plain).toEqual([]);
  });

  it('a plain read during a transaction that fails does not see its rows', async () => {
    let written = (): void => {};
    const inserted = new Promise<void>((resolve) => (written = resolve));
    const failing = opened.database.write(async (tx) => {
      await tx.insert(UsedJti, { jtiHash: 'rolled-back', expiresAt: 1 });
      written();
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('taken back');
    });
    await inserted;
    const seen = opened.database.query('SELECT 1 FROM used_jtis WHERE jti_hash = ?', ['rolled-back']);
    await expect(failing).rejects.toThrow('taken back');
    expect(await seen).toEqual([]);
  });

  it('a conditional update has one winner of 50', async () => {
    await put('single-use');
    const touched = await Promise.all(
      Array.from({ length: 50 }, () =>
        opened.database.write((tx) =>
          opened.database.affected(
            tx,
            'UPDATE used_jtis SET expires_at = 2 WHERE jti_hash = ? AND expires_at = 1',
            ['single-use'],
          ),
        ),
      ),
    );
    expect(touched.filter((rows) => rows === 1)).toHaveLength(1);
  });

  it('an update that changes nothing still counts the rows it found', async () => {
    await put('unchanged');
    const again = () =>
      opened.database.write((tx) =>
        opened.database.affected(tx, 'UPDATE used_jtis SET expires_at = 1 WHERE jti_hash = ?', ['unchanged']),
      );
    expect([await again(), await again()]).toEqual([1, 1]);
  });

  const insertJti = 'INSERT INTO used_jtis (jti_hash, expires_at) VALUES (?, ?)';
  const writeLater: Database['writeLater'] = (...given) => opened.database.writeLater(...given);

  it('what is written later is seen by the next statement, and is committed', async () => {
    const seen = await opened.database.write(async (tx) => {
      await writeLater(tx, insertJti, ['later', 1]);
      const rows = await opened.database.rows(tx, 'SELECT 1 FROM used_jtis WHERE jti_hash = ?', ['later']);
      await writeLater(tx, insertJti, ['later-at-the-end', 1]);
      return rows.length;
    });
    expect(seen).toBe(1);
    expect(await count('later')).toBe(2);
  });

  it('what is written later is taken back with its transaction', async () => {
    const failing = opened.database.write(async (tx) => {
      await opened.database.affected(tx, insertJti, ['before-failure', 1]);
      await writeLater(tx, insertJti, ['before-failure-later', 1]);
      throw new Error('this one fails');
    });
    await expect(failing).rejects.toThrow('this one fails');
    await put('after-failure');
    expect([await count('before-failure'), await count('after-failure')]).toEqual([0, 1]);
  });

  it('a later write that fails fails the transaction with its own error', async () => {
    await put('taken');
    const failing = opened.database.write(async (tx) => {
      await opened.database.affected(tx, insertJti, ['beside-taken', 1]);
      await writeLater(tx, insertJti, ['taken', 1]);
    });
    await expect(failing).rejects.toMatchObject({ name: 'DuplicateError' });
    await put('after-taken');
    expect([await count('beside-taken'), await count('after-taken')]).toEqual([0, 1]);
  });

  it('a later write that is a duplicate is not taken for the row that is inserted after it', async () => {
    await put('taken-first');
    const failing = opened.database.write(async (tx) => {
      await writeLater(tx, insertJti, ['taken-first', 1]);
      return opened.database.insertIfAbsent(tx, insertJti, ['absent', 1]);
    });
    await expect(failing).rejects.toMatchObject({ name: 'DuplicateError' });
    expect(await count('absent')).toBe(0);
  });

  it('a transaction that writes nothing leaves its connection usable', async () => {
    expect(await opened.database.write(async () => 'nothing')).toBe('nothing');
    await expect(opened.database.write(async () => Promise.reject(new Error('nothing')))).rejects.toThrow(
      'nothing',
    );
    await put('after-nothing');
    expect(await count('after-nothing')).toBe(1);
  });

  it('a later write outside of a transaction is refused', async () => {
    await expect(writeLater(opened.database.read, insertJti, ['outside', 1])).rejects.toThrow(
      'outside of a transaction',
    );
  });

  it('rows that are read in the same turn are each their own', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `read-${i}`);
    await Promise.all(names.filter((_, i) => i % 2 === 0).map(put));
    const read = (name: string) =>
      opened.database.row<{ jti_hash: string }>('SELECT jti_hash FROM used_jtis WHERE jti_hash = ?', [name]);
    const found = await Promise.all(names.map(read));
    expect(found.map((row) => row?.jti_hash)).toEqual(names.map((name, i) => (i % 2 ? undefined : name)));
  });

  it('a row that cannot be read fails none that are read in the same turn', async () => {
    await put('readable');
    const outcomes = await Promise.allSettled([
      opened.database.row('SELECT jti_hash FROM used_jtis WHERE jti_hash = ?', ['readable']),
      (async () =>
        opened.database.row('SELECT no_such_column FROM used_jtis WHERE jti_hash = ?', ['readable']))(),
      opened.database.row('SELECT jti_hash FROM used_jtis WHERE jti_hash = ?', ['readable']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ value: { jti_hash: 'readable' } });
  });

  it('a write outside of a transaction is a mistake of ours and is refused', async () => {
    await expect(opened.database.affected(opened.database.read, 'DELETE FROM used_jtis', [])).rejects.toThrow(
      'outside of a transaction',
    );
  });

  (databaseKind() === 'sqlite' ? describe.skip : describe)('on a database server', () => {
    it('a later write of a transaction that is over is refused, and is part of nothing else', async () => {
      let kept: EntityManager | undefined;
      await opened.database.write(async (tx) => {
        kept = tx;
      });
      await expect(writeLater(kept!, insertJti, ['too-late', 1])).rejects.toThrow('after its transaction');
      await opened.database.row('SELECT 1 FROM used_jtis WHERE jti_hash = ?', ['too-late']);
      expect(await count('too-late')).toBe(0);
    });

    it.each(['row', 'query'] as const)(
      'a connection that is lost during a %s fails what it was to read, and nothing else',
      async (method) => {
        const { database, writer } = opened;
        const isMysql = databaseKind() === 'mysql';
        const slow = isMysql ? 'SELECT SLEEP(4) AS slept' : 'SELECT pg_sleep(4) AS slept';
        const running = isMysql
          ? "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(4)%' AND id <> CONNECTION_ID()"
          : "SELECT pid AS id FROM pg_stat_activity WHERE query LIKE '%pg_sleep(4)%' AND pid <> pg_backend_pid()";
        const reads = Promise.allSettled([database[method](slow, []), database[method](slow, [])]);
        let killed = 0;
        while (killed === 0)
          for (const { id } of await writer.query(running)) {
            await writer.query(isMysql ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`);
            killed += 1;
          }
        while ((await writer.query(running)).length > 0)
          for (const { id } of await writer.query(running))
            await writer
              .query(isMysql ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`)
              .catch(() => undefined);
        const outcomes = await reads;
        expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
        for (const outcome of outcomes)
          expect(outageOf((outcome as PromiseRejectedResult).reason)).toBeDefined();
        await put(`after-loss-${method}`);
        expect(await count(`after-loss-${method}`)).toBe(1);
      },
    );

    it('the victim of a deadlock runs again, and both transactions succeed', async () => {
      await put('left');
      await put('right');
      const { write } = opened.database;
      const tries = { left: 0, right: 0 };
      const met = { left: () => {}, right: () => {} };
      const bothHold = Promise.all([
        new Promise<void>((resolve) => (met.left = resolve)),
        new Promise<void>((resolve) => (met.right = resolve)),
      ]);
      const cross = (first: 'left' | 'right', second: 'left' | 'right') =>
        write(async (tx) => {
          tries[first]++;
          await opened.database.affected(
            tx,
            'UPDATE used_jtis SET expires_at = expires_at + 1 WHERE jti_hash = ?',
            [first],
          );
          met[first]();
          await bothHold;
          await opened.database.affected(
            tx,
            'UPDATE used_jtis SET expires_at = expires_at + 1 WHERE jti_hash = ?',
            [second],
          );
        });
      await Promise.all([cross('left', 'right'), cross('right', 'left')]);
      expect(tries.left + tries.right).toBeGreaterThanOrEqual(3);
      const rows = await opened.database.query<{ at: number }>(
        "SELECT expires_at AS at FROM used_jtis WHERE jti_hash IN ('left', 'right')",
        [],
      );
      expect(rows.map(({ at }) => at)).toEqual([3, 3]);
    });

    it('any other failure is not tried again', async () => {
      let tries = 0;
      const work = opened.database.write(async () => {
        tries++;
        throw new Error('no deadlock');
      });
      await expect(work).rejects.toThrow('no deadlock');
      expect(tries).toBe(1);
    });
  });

  it('attempts that are counted at the same moment are all counted', async () => {
    const throttles = new ThrottlesStore(opened.database);
    const counts = await Promise.all(Array.from({ length: 40 }, () => throttles.count('key', 1_000, 60)));
    expect(counts.map(({ attempts }) => attempts).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    expect(new Set(counts.map(({ endsAt }) => endsAt))).toEqual(new Set([1_060]));
    expect(await throttles.count('key', 1_060, 60)).toEqual({ attempts: 1, endsAt: 1_120 });
    await throttles.forget('key');
    expect(await throttles.count('key', 1_061, 60)).toEqual({ attempts: 1, endsAt: 1_121 });
  });

  it('keys that are counted together in any order are all counted', async () => {
    const throttles = new ThrottlesStore(opened.database);
    const pairs = [
      ['left', 'right'],
      ['right', 'left'],
    ];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => throttles.countAll(pairs[i % 2] ?? [], 1_000, 60)),
    );
    expect(await throttles.countAll(['right', 'new', 'left'], 1_000, 60)).toEqual([
      { attempts: 21, endsAt: 1_060 },
      { attempts: 1, endsAt: 1_060 },
      { attempts: 21, endsAt: 1_060 },
    ]);
  });

  it('of two holders one gets a lease, keeps it, and loses it when its time is over', async () => {
    const leases = new LeasesStore(opened.database);
    const first = await Promise.all(
      ['a', 'b', 'c'].map((holder) => leases.acquire('work', holder, 100, 200)),
    );
    expect(first.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c'][first.indexOf(true)] ?? '';
    expect(await leases.acquire('work', holder, 150, 250)).toBe(true);
    expect(await leases.acquire('work', 'late', 249, 300)).toBe(false);
    expect(await leases.acquire('work', 'late', 250, 300)).toBe(true);
  });
});
