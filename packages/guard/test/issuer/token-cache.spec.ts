import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessToken } from '@eyrie/guard';
import { TokenCache, tokenKey } from '../../src/issuer/token-cache.js';

const token = (clientId: string): AccessToken => ({
  subject: 'alice',
  clientId,
  scopes: new Set(),
  audience: [],
  expiresAt: 100,
  claims: {},
});

/** Both clocks. */
const time = { now: 0, elapsed: 0 };
const clocks = { now: () => time.now, elapsed: () => time.elapsed };

beforeEach(() => {
  time.now = 0;
  time.elapsed = 0;
});

function filled(size: number, count: number): TokenCache {
  const cache = new TokenCache(size, clocks);
  for (let i = 0; i < count; i += 1) cache.set(`${i}`, token(`${i}`), { expiresAt: 1000 });
  return cache;
}

const held = (cache: TokenCache, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => cache.get(`${i}`) !== undefined);

describe('TokenCache', () => {
  it('holds as many tokens as it is told to, and forgets the oldest first', () => {
    expect(held(filled(3, 5), 5)).toEqual([2, 3, 4]);
    expect(held(filled(100, 100), 100)).toHaveLength(100);
  });

  it('makes room for a twentieth at once', () => {
    expect(held(filled(100, 101), 101)[0]).toBe(5);
    expect(held(filled(100, 1000), 1000).length).toBeGreaterThanOrEqual(95);
  });

  it('keeps a token that is used over older ones that are not', () => {
    const cache = filled(100, 100);
    for (let i = 100; i < 1000; i += 1) {
      expect(cache.get('0')).toBeDefined();
      cache.set(`${i}`, token(`${i}`), { expiresAt: 1000 });
    }
    expect(held(cache, 900)[0]).toBe(0);
    expect(cache.get('1')).toBeUndefined();
  });

  it('forgets a token at its time, and those that are dead at once', () => {
    const cache = filled(10, 3);
    time.now = 999;
    expect(cache.get('0')).toBeDefined();
    time.now = 1000;
    expect(cache.get('0')).toBeUndefined();
    time.now = 0;
    expect(cache.get('0')).toBeUndefined();
    cache.evict(({ clientId }) => clientId === '1');
    expect(held(cache, 3)).toEqual([2]);
  });

  it('forgets a response at its age, whatever happens to the time of day', () => {
    const cache = new TokenCache(10, clocks);
    cache.set('a', token('a'), { expiresAt: 1000, freshUntil: 50 });
    time.elapsed = 49;
    time.now = -500;
    expect(cache.get('a')).toBeDefined();
    time.elapsed = 50;
    expect(cache.get('a')).toBeUndefined();
  });

  it('with room for none holds none', () => {
    expect(held(filled(0, 3), 3)).toEqual([]);
  });

  it('names tokens by their SHA-256', () => {
    expect(tokenKey('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
  });
});
