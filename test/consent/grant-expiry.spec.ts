import { grantExpiry, type GrantTerms } from '../../src/consent/grant-expiry.js';

const lifetimes = { accessToken: 300, refreshAbsolute: 10_000 };
const terms: GrantTerms = { now: 1_000, codeExpiresAt: 1_060, refreshable: true };

describe('the expiry of a grant', () => {
  it.each<[condition: string, changes: Partial<GrantTerms>, expiry: number]>([
    ['without refresh tokens is that of the last first access token', { refreshable: false }, 1_360],
    [
      'without refresh tokens does not depend on the session',
      { refreshable: false, sessionExpiresAt: 5_000 },
      1_360,
    ],
    ['that outlives the session is that of the last refresh', {}, 11_000],
    ['that ends with the session is that of the session', { sessionExpiresAt: 5_000 }, 5_000],
    ['of a long session is that of the last refresh', { sessionExpiresAt: 50_000 }, 11_000],
    [
      'of a session that is nearly over leaves the first access token its time',
      { sessionExpiresAt: 1_100 },
      1_360,
    ],
  ])('%s', (_condition, changes, expiry) => {
    expect(grantExpiry({ ...terms, ...changes }, lifetimes)).toBe(expiry);
  });
});
