import { type ClaimRule, claimRuleProblems, holds, putClaim } from '../../src/protocol/claim-rules.js';

const rule = (fields: Partial<ClaimRule> = {}): ClaimRule => ({
  claim: ['groups'],
  source: 'groups',
  member: null,
  fixedValue: null,
  places: ['id_token'],
  scope: null,
  clientId: null,
  resource: null,
  ...fields,
});

describe('A rule about a claim', () => {
  const owned =
    'iss sub aud exp nbf iat jti auth_time nonce acr amr azp at_hash c_hash sid scope client_id act cnf active grant_id email_verified';

  it.each(owned.split(' '))('cannot set %s, nor anything inside of it', (name) => {
    expect(claimRuleProblems(rule({ claim: [name] })).map(({ field }) => field)).toEqual(['claim']);
    expect(claimRuleProblems(rule({ claim: [name, 'x'] }))).toHaveLength(1);
    expect(claimRuleProblems(rule({ claim: ['x', name] }))).toEqual([]);
  });

  it.each([
    ['claim', { claim: ['a', '__proto__'] }],
    ['member', { source: 'profile' }],
    ['member', { source: 'profile', member: 'shoe_size' }],
    ['member', { member: 'email' }],
    ['member', { source: 'attribute' }],
    ['member', { source: 'constant', fixedValue: 'x', member: 'department' }],
    ['constant', { source: 'constant' }],
    ['constant', { fixedValue: 'x' }],
    ['resource', { resource: 'https://a.example', places: ['access_token', 'userinfo'] }],
  ] as const)('is refused for its %s: %j', (field, fields) => {
    expect(claimRuleProblems(rule(fields)).map((problem) => problem.field)).toEqual([field]);
  });

  it.each([
    [{}, true],
    [{ clientId: 'app' }, true],
    [{ clientId: 'other' }, false],
    [{ scope: 'groups' }, true],
    [{ scope: 'group' }, false],
    [{ resource: 'https://a.example' }, true],
    [{ resource: 'https://b.example' }, false],
    [{ clientId: 'app', scope: 'openid', resource: 'https://b.example' }, false],
  ])('%j holds: %j', (fields, expected) => {
    const context = { clientId: 'app', scopes: ['openid', 'groups'], audience: ['https://a.example'] };
    expect(holds(rule(fields), context)).toBe(expected);
  });
});

describe('Putting claims', () => {
  const put = (...values: readonly (readonly [readonly string[], unknown])[]): object => {
    const claims = {};
    for (const [path, value] of values) putClaim(claims, path, value);
    return claims;
  };

  it.each([
    ['at the top', [[['a'], 1]], { a: 1 }],
    [
      'inside of each other',
      [
        [['a', 'b', 'c'], 1],
        [['a', 'd'], 2],
      ],
      { a: { b: { c: 1 }, d: 2 } },
    ],
    [
      'of no value',
      [
        [['a'], ''],
        [['b'], null],
        [['c'], undefined],
      ],
      {},
    ],
    [
      'joins lists',
      [
        [['a'], ['x', 'y']],
        [['a'], ['y', 'z']],
      ],
      { a: ['x', 'y', 'z'] },
    ],
    [
      'lets the later of two texts hold',
      [
        [['a'], 'x'],
        [['a'], 'y'],
      ],
      { a: 'y' },
    ],
    [
      'lets an object replace a text',
      [
        [['a'], 'x'],
        [['a', 'b'], 'y'],
      ],
      { a: { b: 'y' } },
    ],
    ['keeps dots in names', [[['https://a.example/groups'], []]], { 'https://a.example/groups': [] }],
  ] as const)('%s', (_, values, expected) => {
    expect(put(...values)).toEqual(expected);
  });
});
