import { groupsOf } from '../../../src/sign-in/upstream/upstream-groups.js';

const directory = { groups_claim: 'memberOf', group_map: { 'cn=Admins,dc=acme,dc=example': 'admins' } };
const provider = { groups_claim: 'groups', group_map: { staff: 'employees', everyone: 'employees' } };

describe('The groups of somebody at an upstream', () => {
  it.each([
    ['whose distinguished name differs in case and spaces', ['CN=admins, DC=acme, DC=example'], ['admins']],
    ['of the same name elsewhere', ['cn=Admins,ou=shop,dc=acme,dc=example'], []],
    ['of no name', undefined, []],
    ['that are no texts', [1, null, {}], []],
  ])('%s are mapped as a directory names them', (_name, memberOf, expected) => {
    expect(groupsOf(directory, { memberOf })).toEqual(expected);
  });

  it.each([
    ['several', ['staff', 'everyone', 'other'], ['employees']],
    ['one, as text', 'staff', ['employees']],
    ['one in another case', ['Staff'], []],
  ])('are mapped as a provider names them: %s', (_name, groups, expected) => {
    expect(groupsOf(provider, { groups })).toEqual(expected);
  });

  it('are none where none is mapped', () => {
    expect(groupsOf({ groups_claim: 'groups', group_map: {} }, { groups: ['staff'] })).toEqual([]);
  });

  it('are unknown where the upstream tells them elsewhere, as Entra does for people in many groups', () => {
    const claims = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x' } } };
    expect(groupsOf(provider, claims)).toBeUndefined();
    expect(groupsOf(provider, { ...claims, groups: ['staff'] })).toEqual(['employees']);
    expect(groupsOf(provider, { _claim_names: { other: 'src1' } })).toEqual([]);
    expect(groupsOf(provider, { _claim_names: 'groups' })).toEqual([]);
  });

  it('are unknown where Entra links to them in SAML', () => {
    const claims = { 'http://schemas.microsoft.com/claims/groups.link': 'https://graph.example.com/groups' };
    expect(groupsOf(provider, claims)).toBeUndefined();
    expect(groupsOf(provider, { ...claims, groups: ['staff'] })).toEqual(['employees']);
  });
});
