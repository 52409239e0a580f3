import { comparableName, dnKey } from '../../../src/sign-in/upstream/ldap/distinguished-name.js';
import { primaryGroupSid } from '../../../src/sign-in/upstream/ldap/entry.js';
import { GroupLook } from '../../../src/sign-in/upstream/ldap/group-look.js';
import { rangeOf } from '../../../src/sign-in/upstream/ldap/ranged-values.js';
import {
  implausibleGroupLoss,
  implausibleValueLoss,
} from '../../../src/sign-in/upstream/ldap/sync-verdict.js';

describe('A distinguished name', () => {
  it.each([
    ['CN=Staff, OU=Groups,dc=acme', 'cn=staff,ou=groups,dc=acme'],
    ['cn=a\\,b,dc=x', 'cn=a\\2cb,dc=x'],
    ['cn=Caf\\c3\\a9,dc=x', 'cn=café,dc=x'],
    ['cn=a+uid=b,dc=x', 'uid=b + cn=a,dc=x'],
    ['cn=two  words ,dc=x', 'cn=two words,dc=x'],
    ['cn=#1,dc=x', 'cn=\\#1,dc=x'],
  ])('%s is the same as %s', (one, other) => {
    expect(dnKey(one)).toBeDefined();
    expect(dnKey(one)).toBe(dnKey(other));
  });

  it.each([
    ['cn=a\\,ou=b,dc=x', 'cn=a,ou=b,dc=x'],
    ['cn=a\\+uid=b,dc=x', 'cn=a+uid=b,dc=x'],
    ['cn=a\\\\,dc=x', 'cn=a,dc=x'],
    ['cn=ab,dc=x', 'cn=a b,dc=x'],
    ['cn=a,dc=x', 'dc=x'],
  ])('%s is not the same as %s', (one, other) => {
    expect(dnKey(one)).toBeDefined();
    expect(dnKey(one)).not.toBe(dnKey(other));
  });

  it.each(['', 'staff', 'cn=a,', 'a b=c', 'cn="a,b"', 'cn=a\\'])('%j is none, and stays as it is', (name) => {
    expect(dnKey(name)).toBeUndefined();
    expect(comparableName(name)).toBe(name);
  });

  it('of many escapes is read in a time that does not double with each', () => {
    const from = performance.now();
    expect(dnKey(`cn=${'\\ab'.repeat(20_000)}"`)).toBeUndefined();
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});

describe('Values of an attribute that come in a part', () => {
  it.each([
    [{ 'member;range=0-1': ['a', 'b'] }, { values: ['a', 'b'], next: 2 }],
    [
      { member: [], 'Member;Range=2-*': 'c' },
      { values: ['c'], next: undefined },
    ],
    [{ member: ['a'] }, undefined],
    [{ 'members;range=0-1': ['a'] }, undefined],
  ])('of %j are %j', (attributes, part) => {
    expect(rangeOf({ dn: 'cn=x', ...(attributes as Record<string, string[]>) }, 'member')).toEqual(part);
  });
});

describe('A look at all groups', () => {
  const nora = { dn: 'uid=nora,dc=x', username: 'nora', primaryGroupSid: undefined };
  const group = (dn: string) => ({ dn, names: [dn] });

  it('follows groups within groups as far as it is told, and no circle', () => {
    const look = new GroupLook(2);
    const add = (dn: string, ...members: string[]) =>
      look.add(group(dn), { by: 'dn', isFollowed: true, members });
    add('cn=0', 'UID=Nora, dc=x', 'cn=3');
    for (const level of [1, 2, 3]) add(`cn=${level}`, `cn=${level - 1}`);
    expect(look.namesFor(nora)).toEqual(['cn=0', 'cn=1', 'cn=2']);
  });

  it('does not take a distinguished name for a username, nor one username for another', () => {
    const look = new GroupLook();
    look.add(group('cn=a'), { by: 'username', isFollowed: false, members: [nora.dn, 'NORA'] });
    look.add(group('cn=b'), { by: 'dn', isFollowed: false, members: ['nora'] });
    expect(look.namesFor(nora)).toEqual([]);
  });

  it('does not know the groups of somebody who is in too many', () => {
    const look = new GroupLook();
    for (let count = 0; count <= 1_000; count += 1)
      look.add(group(`cn=${count}`), { by: 'dn', isFollowed: false, members: [nora.dn] });
    expect(look.namesFor(nora)).toBe('unknown');
  });
});

describe('The primary group of an account', () => {
  const objectSid = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c877051040000', 'hex');
  it.each([
    ['513', '010500000000000515000000a065cf7e784b9b5fe77c877001020000'],
    ['', undefined],
    ['-1', undefined],
    ['4294967296', undefined],
  ])('with the relative identifier %j is %s', (primaryGroupID, sid) => {
    expect(primaryGroupSid({ dn: 'CN=Nora', objectSid, primaryGroupID })).toBe(sid);
  });
});

describe('Memberships that end at once', () => {
  const losses = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      userId: `${index}`,
      username: `${index}`,
      outdated: ['staff'],
      isLosingAll: false,
      missing: ['department'],
    }));
  it.each([
    [10, 50, false],
    [11, 50, true],
    [11, 200, false],
  ])('for %i of %i people in one group are not believed: %j', (count, total, isRefused) => {
    expect(implausibleGroupLoss(losses(count), total) !== undefined).toBe(isRefused);
  });

  it.each([
    [10, 50, false],
    [11, 50, true],
    [11, 200, false],
  ])('are like values of an attribute that %i of %i people lose at once: %j', (count, total, isRefused) => {
    expect(implausibleValueLoss(losses(count), total) !== undefined).toBe(isRefused);
  });
});
