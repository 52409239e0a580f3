import { type AccessTokenFacts, type Issue, IssueGroups } from '../../src/audit/issue-groups.js';

const facts = (jti: string, changes: Partial<AccessTokenFacts> = {}): AccessTokenFacts => ({
  clientId: 'writer',
  userId: 'u1',
  grantId: 'g1',
  scope: 'contacts.read',
  resource: 'https://contacts.example.com',
  jti,
  ...changes,
});
const issue: Issue = { grantType: 'refresh_token', address: '192.0.2.1' };

describe('Issued tokens', () => {
  it('of a grant are one event, which names each of them', () => {
    const groups = new IssueGroups();
    groups.add(facts('a'), issue, 100);
    groups.add(facts('b'), issue, 101);

    expect(groups.take()).toEqual([{ facts: facts('a'), issue, at: 100, jtis: ['a', 'b'] }]);
    expect(groups.isEmpty).toBe(true);
  });

  it.each<[what: string, changes: Partial<AccessTokenFacts & Issue>]>([
    ['grant', { grantId: 'g2' }],
    ['grant type', { grantType: 'authorization_code' }],
    ['scope', { scope: '' }],
    ['resource', { resource: '' }],
    ['address', { address: '192.0.2.2' }],
  ])('with another %s are another event', (_, changes) => {
    const groups = new IssueGroups();
    groups.add(facts('a'), issue, 100);
    groups.add(facts('b', changes), { ...issue, ...changes }, 100);

    expect(groups.take().map(({ jtis }) => jtis)).toEqual([['a'], ['b']]);
  });

  it('are 100 an event at most', () => {
    const groups = new IssueGroups();
    for (let number = 0; number < 150; number++) groups.add(facts(`t${number}`), issue, 100);

    expect(groups.take().map(({ jtis }) => jtis.length)).toEqual([100, 50]);
  });

  it('beyond 20,000 are refused until the others were taken', () => {
    const groups = new IssueGroups();
    for (let number = 0; number < 20_000; number++) groups.add(facts(`t${number}`), issue, 100);

    expect(groups.add(facts('last'), issue, 100)).toBe(false);
    groups.take();
    expect(groups.add(facts('last'), issue, 100)).toBe(true);
  });
});
