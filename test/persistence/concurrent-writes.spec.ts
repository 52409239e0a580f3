import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import type { Transaction } from '../../src/persistence/transaction.js';
import { ConsentsStore } from '../../src/persistence/stores/consents.store.js';
import { type Opened, openDatabase } from '../support/opened.js';

let opened: Opened;
beforeAll(async () => {
  opened = await openDatabase();
});
afterAll(() => opened.close());

const insert = (tx: Transaction, jtiHash: string | null, expiresAt = 1): Promise<boolean> =>
  opened.database.insertIfAbsent(tx, 'INSERT INTO used_jtis (jti_hash, expires_at) VALUES (?, ?)', [
    jtiHash,
    expiresAt,
  ]);
const find = (jtiHash: string) => opened.database.read.findOneBy(UsedJti, { jtiHash });

/** A promise, and what fulfils it. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

describe('An insert if absent', () => {
  it('has one winner of 50, whose row stays', async () => {
    const inserted = await Promise.all(
      Array.from({ length: 50 }, (_, i) => opened.database.write((tx) => insert(tx, 'one of many', i))),
    );
    expect(inserted.filter(Boolean)).toHaveLength(1);
    expect((await find('one of many'))?.expiresAt).toBe(inserted.indexOf(true));
  });

  it('lets the transaction go on when the row is there already', async () => {
    await opened.database.write((tx) => insert(tx, 'present'));
    const outcomes = await opened.database.write(async (tx) => [
      await insert(tx, 'before it'),
      await insert(tx, 'present', 2),
      await insert(tx, 'present', 3),
      await insert(tx, 'after it'),
    ]);
    expect(outcomes).toEqual([true, false, false, true]);
    expect((await find('present'))?.expiresAt).toBe(1);
    expect(await Promise.all([find('before it'), find('after it')])).not.toContain(null);
  });

  it.each([
    ['committed', false],
    ['rolled back', true],
  ])(
    'waits for another transaction that inserts the same: when that is %s, it answers %p',
    async (end, expected) => {
      const key = `held and ${end}`;
      const [held, release] = [signal(), signal()];
      const first = opened.database.write(async (tx) => {
        await insert(tx, key);
        held.give();
        await release.given;
        if (end === 'rolled back') throw new Error('taken back');
      });
      await held.given;
      const second = opened.database.write((tx) => insert(tx, key, 2));
      release.give();
      await Promise.allSettled([first]);
      expect(await second).toBe(expected);
      expect((await find(key))?.expiresAt).toBe(expected ? 2 : 1);
    },
  );

  it('fails with every other error, and leaves nothing behind', async () => {
    const work = opened.database.write(async (tx) => {
      await insert(tx, 'beside an error');
      await insert(tx, null);
    });
    await expect(work).rejects.toMatchObject({ name: 'QueryFailedError' });
    expect(await find('beside an error')).toBeNull();
  });
});

describe('Rows that are read in order to be changed', () => {
  it('are held until the transaction ends: of many changes none is lost', async () => {
    await opened.database.write((tx) => insert(tx, 'counter', 0));
    await Promise.all(
      Array.from({ length: 30 }, () =>
        opened.database.write(async (tx) => {
          const [row] = await opened.database.lockedRows<{ expires_at: number }>(
            tx,
            'SELECT expires_at FROM used_jtis WHERE jti_hash = ?',
            ['counter'],
          );
          await opened.database.affected(tx, 'UPDATE used_jtis SET expires_at = ? WHERE jti_hash = ?', [
            Number(row?.expires_at) + 1,
            'counter',
          ]);
        }),
      ),
    );
    expect((await find('counter'))?.expiresAt).toBe(30);
  });

  it('are the scopes that a user allowed: two decisions at once are both remembered', async () => {
    const consents = new ConsentsStore(opened.database);
    const key = { userId: 'alice', clientId: 'writer', organizationId: null };
    const allow = (scope: string): Promise<void> =>
      opened.database.write((tx) =>
        consents.remember(tx, key, (before) => ({ ...before, scope: `${before.scope} ${scope}`.trim() }), 1),
      );
    for (const scopes of [
      ['a', 'b'],
      ['c', 'd'],
    ])
      await Promise.all(scopes.map(allow));
    const scope = await consents.allowedScope(key);
    expect(scope.split(' ').toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
