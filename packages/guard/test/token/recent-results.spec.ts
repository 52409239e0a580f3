import { RecentResults } from '../../src/token/recent-results.js';

describe('The results for the latest texts', () => {
  it('know a text that was set, and no other', () => {
    const results = new RecentResults<number>(2);

    results.set('one', 1);

    expect(results.get('one')).toBe(1);
    expect(results.get('two')).toBeUndefined();
  });

  it('keep twice their size at most', () => {
    const results = new RecentResults<number>(10);

    for (let i = 0; i < 1000; i += 1) results.set(`text ${i}`, i);

    const kept = Array.from({ length: 1000 }, (_, i) => i).filter(
      (i) => results.get(`text ${i}`) !== undefined,
    );
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept).toContain(999);
  });

  it('keep a text that comes again while others come once', () => {
    const results = new RecentResults<number>(10);
    results.set('again', 1);

    for (let i = 0; i < 1000; i += 1) {
      results.set(`once ${i}`, i);
      expect(results.get('again')).toBe(1);
    }
  });

  it('do not keep a text longer than 4,096 characters', () => {
    const results = new RecentResults<number>(10);
    const long = 'x'.repeat(4097);

    results.set(long, 1);

    expect(results.get(long)).toBeUndefined();
  });
});
