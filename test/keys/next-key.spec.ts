import { nextKey } from '../../src/keys/next-key.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import type { SigningKey } from '../../src/persistence/entities/signing-key.entity.js';
import { useServer } from '../support/server.js';

const now = 1_000_000;
const key = (state: SigningKey['state'], createdAt: number, alg = 'ES256') =>
  ({ kid: `${alg} ${state}`, alg, state, createdAt }) as SigningKey;

describe('The next key', () => {
  it.each([
    [
      'made with the active one, a moment ago',
      [key('retired', 1, 'RS256'), key('active', now), key('next', now)],
    ],
    [
      'published 61 seconds ago',
      [key('retired', now - 9_999), key('active', now - 9_000), key('next', now - 61)],
    ],
  ])('%s may sign', (_title, keys) => {
    expect(nextKey(keys, 'ES256', now, false).kid).toBe('ES256 next');
  });

  it.each([
    [0, 61],
    [10, 51],
    [60, 1],
  ])('published %i seconds ago may not sign for another %i, unless forced', (age, wait) => {
    const keys = [key('retired', now - 999), key('active', now - 90), key('next', now - age)];
    expect(() => nextKey(keys, 'ES256', now, false)).toThrow(
      `was published ${age} seconds ago, and cached key sets may lack it: rotate again in ${wait} seconds`,
    );
    expect(nextKey(keys, 'ES256', now, true).kid).toBe('ES256 next');
  });
});

describe('Two rotations within a minute', () => {
  const server = useServer();

  it('the second is refused for every algorithm if one key is too new, and passes after a minute or by force', async () => {
    const ring = server.app.get(KeyRing);
    await ring.rotate(['ES256'], 'test');
    const before = await Promise.all([ring.active('ES256'), ring.active('RS256')]);

    await expect(ring.rotate(['RS256', 'ES256'], 'test')).rejects.toMatchObject({ status: 409 });
    expect(await Promise.all([ring.active('ES256'), ring.active('RS256')])).toEqual(before);

    await expect(ring.rotate(['ES256'], 'test', { force: true })).resolves.toHaveLength(1);
    server.clock.advance(61);
    await expect(ring.rotate(['RS256', 'ES256'], 'test')).resolves.toHaveLength(2);
  });

  it('of two at once one passes', async () => {
    server.clock.advance(61);
    const ring = server.app.get(KeyRing);
    const outcomes = await Promise.allSettled([ring.rotate(['ES256'], 'a'), ring.rotate(['ES256'], 'b')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
