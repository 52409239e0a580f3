import { Travellers } from '../../src/persistence/dialects/travellers.js';

describe('What travels with a statement', () => {
  const statement = (sql: string) => ({ sql, values: [] });
  const insert = statement('INSERT');
  const sentFor = (travellers: Travellers, ...texts: string[]): string[][] =>
    texts.map((sql) => travellers.sentFor(statement(sql)).map((one) => one.sql));

  it.each([
    ['a statement outside of a transaction travels alone', ['SELECT'], [['SELECT']]],
    [
      'the beginning travels with the first statement only',
      ['START TRANSACTION', 'UPDATE', 'SELECT', 'COMMIT'],
      [[], ['START TRANSACTION', 'UPDATE'], ['SELECT'], ['COMMIT']],
    ],
    ['an empty transaction is not sent', ['START TRANSACTION', 'COMMIT'], [[], []]],
    [
      'a transaction that is taken back before it began is not sent',
      ['START TRANSACTION', 'ROLLBACK'],
      [[], []],
    ],
    [
      'one that has begun is taken back at the server',
      ['START TRANSACTION', 'UPDATE', 'ROLLBACK'],
      [[], ['START TRANSACTION', 'UPDATE'], ['ROLLBACK']],
    ],
    [
      'the next transaction of a connection begins anew',
      ['START TRANSACTION', 'COMMIT', 'START TRANSACTION', 'UPDATE'],
      [[], [], [], ['START TRANSACTION', 'UPDATE']],
    ],
  ])('%s', (_, texts, sent) => {
    expect(sentFor(new Travellers(), ...texts)).toEqual(sent);
  });

  it('a write travels with COMMIT, in its order', () => {
    const travellers = new Travellers();
    expect(sentFor(travellers, 'START TRANSACTION', 'UPDATE')).toHaveLength(2);
    travellers.add(insert);
    travellers.add(statement('INSERT again'));
    expect(travellers.hasWrites).toBe(true);
    expect(sentFor(travellers, 'COMMIT')).toEqual([['INSERT', 'INSERT again', 'COMMIT']]);
    expect(travellers.hasWrites).toBe(false);
  });

  it('a transaction of nothing but later writes is sent whole', () => {
    const travellers = new Travellers();
    travellers.sentFor(statement('START TRANSACTION'));
    travellers.add(insert);
    expect(sentFor(travellers, 'COMMIT')).toEqual([['START TRANSACTION', 'INSERT', 'COMMIT']]);
  });

  it('a write that waits is not sent if the transaction is taken back', () => {
    const travellers = new Travellers();
    sentFor(travellers, 'START TRANSACTION', 'UPDATE');
    travellers.add(insert);
    expect(sentFor(travellers, 'ROLLBACK', 'SELECT')).toEqual([['ROLLBACK'], ['SELECT']]);
  });

  it('the beginning alone is no write', () => {
    const travellers = new Travellers();
    travellers.sentFor(statement('START TRANSACTION'));
    expect(travellers.hasWrites).toBe(false);
  });
});
