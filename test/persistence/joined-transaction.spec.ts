import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { databaseKind } from '../support/database.js';
import { type Opened, openDatabase } from '../support/opened.js';

describe('Several writes made one transaction', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  const put = (jtiHash: string): Promise<unknown> =>
    opened.database.write((tx) => tx.insert(UsedJti, { jtiHash, expiresAt: 1 }));
  const found = async (prefix: string): Promise<string[]> => {
    const rows = await opened.database.query<{ jti_hash: string }>(
      'SELECT jti_hash FROM used_jtis WHERE jti_hash LIKE ? ORDER BY jti_hash',
      [`${prefix}%`],
    );
    return rows.map((row) => row.jti_hash);
  };
  const refusal = new Error('refused');

  it('are all kept', async () => {
    await opened.database.wholly(async () => {
      await put('kept-a');
      await put('kept-b');
    });
    expect(await found('kept-')).toEqual(['kept-a', 'kept-b']);
  });

  it('are all taken back if the work fails', async () => {
    const failing = opened.database.wholly(async () => {
      await put('lost-a');
      await put('lost-b');
      throw refusal;
    });
    await expect(failing).rejects.toBe(refusal);
    expect(await found('lost-')).toEqual([]);
  });

  it('read what they wrote, in every way of reading, and nobody else does before they end', async () => {
    const { database } = opened;
    let look = (): void => undefined;
    // Made outside of the work, so it is no part of it.
    const looked = new Promise<void>((resolve) => (look = resolve)).then(() => [found('seen-')] as const);
    await database.wholly(async () => {
      await put('seen-a');
      look();
      const [outside] = await looked;
      // SQLite lets readers wait for the end.
      expect(databaseKind() === 'sqlite' ? [] : await outside).toEqual([]);
      expect(await found('seen-')).toEqual(['seen-a']);
      expect(await database.read.existsBy(UsedJti, { jtiHash: 'seen-a' })).toBe(true);
      const select = 'SELECT expires_at FROM used_jtis WHERE jti_hash = ?';
      expect(await database.row(select, ['seen-a'])).toBeDefined();
    });
    await looked.then(([outside]) => outside);
    expect(await found('seen-')).toEqual(['seen-a']);
  });

  it('may go on after one of them was refused, whose part alone is taken back', async () => {
    await opened.database.wholly(async () => {
      await put('part-a');
      const twice = opened.database.write(async (tx) => {
        await tx.insert(UsedJti, { jtiHash: 'part-b', expiresAt: 1 });
        await tx.insert(UsedJti, { jtiHash: 'part-a', expiresAt: 1 });
      });
      await expect(twice).rejects.toMatchObject({ name: 'DuplicateError' });
      await put('part-c');
    });
    expect(await found('part-')).toEqual(['part-a', 'part-c']);
  });

  it('are made one by one, even if they are begun at once', async () => {
    await opened.database.wholly(() => Promise.all(['a', 'b', 'c'].map((name) => put(`once-${name}`))));
    expect(await found('once-')).toEqual(['once-a', 'once-b', 'once-c']);
  });

  it('that are begun by the work and go on after its end are transactions of their own', async () => {
    let late: Promise<unknown> | undefined;
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    await opened.database.wholly(async () => {
      await put('late-a');
      late = end.then(() => put('late-b'));
    });
    ended();
    await late;
    expect(await found('late-')).toEqual(['late-a', 'late-b']);
  });
});
