import { RefusalCounts, type TokenRefusal } from '../../src/audit/refusal-counts.js';

const refusal = (changes: Partial<TokenRefusal> = {}): TokenRefusal => ({
  error: 'invalid_grant',
  reason: 'the code is invalid',
  request: 'r1',
  grantType: 'authorization_code',
  clientId: 'writer',
  isAuthenticated: true,
  address: '192.0.2.1',
  networks: [{ name: '192.0.2.1', share: 1 }],
  ...changes,
});

describe('Refused token requests', () => {
  let counts: RefusalCounts;
  beforeEach(() => {
    counts = new RefusalCounts();
  });

  it('of the same kind are one event, with the first of them and their count', () => {
    counts.add(refusal(), 100);
    counts.add(refusal({ request: 'r2' }), 101);

    expect(counts.take(101)).toEqual([{ error: 'invalid_grant', first: refusal(), at: 100, count: 2 }]);
    expect(counts.isEmpty).toBe(true);
  });

  it.each<[what: string, changes: Partial<TokenRefusal>]>([
    ['error', { error: 'invalid_scope' }],
    ['client', { clientId: 'other' }],
    ['authentication', { isAuthenticated: false }],
    ['grant type', { grantType: undefined }],
    ['network', { networks: [{ name: '192.0.2.2', share: 1 }] }],
  ])('with another %s are another event', (_, changes) => {
    counts.add(refusal(), 100);
    counts.add(refusal(changes), 100);

    expect(counts.take(100).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('beyond 60 kinds of a network are counted by their error alone, once the minute is over', () => {
    for (let kind = 0; kind < 100; kind++) counts.add(refusal({ clientId: `client-${kind}` }), 100);

    expect(counts.take(119)).toHaveLength(60);
    expect(counts.take(119)).toEqual([]);
    expect(counts.isEmpty).toBe(false);
    expect(counts.take(120)).toEqual([{ error: 'invalid_grant', first: undefined, at: 100, count: 40 }]);
    expect(counts.isEmpty).toBe(true);
  });

  it('of many networks make 480 events a minute at most, and the others one for each error', () => {
    for (let host = 0; host < 1_000; host++) {
      const networks = [{ name: `2001:db8:0:${host.toString(16)}/64`, share: 1 }];
      counts.add(refusal({ networks, error: host % 2 ? 'invalid_client' : 'invalid_grant' }), 100);
    }

    const taken = counts.take(100, true);
    expect(taken).toHaveLength(482);
    expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  });

  it('are all taken when the process ends, before the minute does', () => {
    for (let kind = 0; kind < 61; kind++) counts.add(refusal({ clientId: `client-${kind}` }), 100);

    expect(counts.take(100, true)).toHaveLength(61);
  });
});
