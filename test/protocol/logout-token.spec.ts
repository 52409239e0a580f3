import { logoutEvent, logoutTokenAlgorithms, logoutTokenProblem } from '../../src/protocol/logout-token.js';

const now = 1_800_000_000;
const rules = { issuer: 'https://login.example.com', clientId: 'eyrie' };
const valid = {
  iss: rules.issuer,
  aud: 'eyrie',
  iat: now,
  exp: now + 120,
  jti: 'one',
  events: { [logoutEvent]: {} },
  sid: 'session',
  sub: 'subject',
};
const problem = (claims: Record<string, unknown>, typ: unknown = 'logout+jwt'): string | undefined =>
  logoutTokenProblem({ typ, claims: { ...valid, ...claims } }, rules, now);

describe('logoutTokenProblem (OIDC Back-Channel Logout §2.6)', () => {
  const accepted: readonly [string, Record<string, unknown>, unknown?][] = [
    ['as it should be', {}],
    ['with a sub alone', { sid: undefined }],
    ['with a sid alone', { sub: undefined }],
    ['with the type of any JWT', {}, 'JWT'],
    ['with the whole media type', {}, 'application/logout+jwt'],
    ['with one audience in a list', { aud: ['eyrie'] }],
    ['with two audiences, and this one authorized', { aud: ['eyrie', 'b'], azp: 'eyrie' }],
    ['with another event beside, as Keycloak has it', { events: { [logoutEvent]: {}, more: true } }],
    ['of a clock that is a little fast', { iat: now + 20 }],
    ['that was issued a while ago', { iat: now - 600, exp: now + 1 }],
  ];
  it.each(accepted)('a token %s is accepted', (...[, claims, typ]) => {
    expect(problem(claims, typ)).toBeUndefined();
  });

  it('a token without a type is accepted', () => {
    expect(logoutTokenProblem({ typ: undefined, claims: valid }, rules, now)).toBeUndefined();
  });

  const refused: readonly [string, Record<string, unknown>, string, unknown?][] = [
    ['of another type', {}, 'typ is', 'at+jwt'],
    ['whose type is no text', {}, 'typ is', 1],
    ['of another issuer', { iss: 'https://login.example.com/' }, 'iss is'],
    ['without an issuer', { iss: undefined }, 'iss is'],
    ['for another client', { aud: 'other' }, 'aud is'],
    ['for another client whose id begins the same', { aud: 'eyrie2' }, 'aud is'],
    ['without an audience', { aud: undefined }, 'aud is'],
    ['for several, without saying who is authorized', { aud: ['eyrie', 'b'] }, 'azp is'],
    ['for which another client is authorized', { azp: 'b' }, 'azp is'],
    ['without iat', { iat: undefined }, 'iat is'],
    ['whose iat is a text', { iat: String(now) }, 'iat is'],
    ['from the future', { iat: now + 31 }, 'iat is'],
    ['from long ago', { iat: now - 631 }, 'it was issued'],
    ['without exp', { exp: undefined }, 'exp is'],
    ['that has expired', { exp: now - 30 }, 'exp is'],
    ['without jti', { jti: undefined }, 'jti is'],
    ['whose jti is no text', { jti: 1 }, 'jti is'],
    ['without events', { events: undefined }, 'events is'],
    ['whose events are a list', { events: [logoutEvent] }, 'events is'],
    ['with another event alone', { events: { other: {} } }, 'events is'],
    ['whose event is a text', { events: { [logoutEvent]: 'yes' } }, 'events is'],
    ['whose event is null', { events: { [logoutEvent]: null } }, 'events is'],
    ['with a nonce', { nonce: 'of an ID token' }, 'there is a nonce'],
    ['with an empty nonce', { nonce: null }, 'there is a nonce'],
    ['without sub and sid', { sub: undefined, sid: undefined }, 'sub and sid'],
    ['whose sub is no text', { sub: 1 }, 'sub is'],
    ['whose sid is empty', { sid: '' }, 'sid is'],
  ];
  it.each(refused)('a token %s is refused', (...[, claims, reason, typ]) => {
    expect(problem(claims, typ)).toMatch(new RegExp(`^${reason}`));
  });
});

describe('logoutTokenAlgorithms', () => {
  it.each([
    ['RS256 where the provider does not say', undefined, ['RS256']],
    ['those that the provider names', ['ES256', 'PS256'], ['PS256', 'ES256']],
    ['never none, and no MAC', ['none', 'HS256', 'RS256'], ['RS256']],
  ])('%s', (_name, supported, expected) => {
    expect(logoutTokenAlgorithms(supported)).toEqual(expected);
  });
});
