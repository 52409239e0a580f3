import {
  generalizedTimeOf,
  isToldByEntries,
  markAfter,
  markOf,
  secondsOf,
} from '../../../src/sign-in/upstream/ldap/sync-mark.js';

describe('A time of a directory', () => {
  it.each([
    ['20260101000000Z', 1_767_225_600],
    ['20260101000001.5Z', 1_767_225_601],
    ['20260101000000', undefined],
    ['20260101000000+0100', undefined],
    ['yesterday', undefined],
    [undefined, undefined],
  ])('%s is %s seconds', (time, seconds) => {
    expect(secondsOf(time)).toBe(seconds);
  });

  it('is written as it is read', () => {
    expect(generalizedTimeOf(1_767_225_600)).toBe('20260101000000Z');
    expect(generalizedTimeOf(-300)).toBe('19700101000000Z');
  });
});

describe('The mark of a look', () => {
  const begun = { version: 2, at: 5_000, people: 0, groups: 40 };

  it('is where the directory had come when the look began', () => {
    expect(markAfter(begun, 1_000, 60)).toEqual({ ...begun, people: 940 });
    expect(markAfter(begun, 0, 60)).toBeUndefined();
    const active = { version: 2, at: 5_000, server: 'a', usn: '7' };
    expect(markAfter(active, 0, 60)).toEqual(active);
  });

  it('does not count for another registration of the directory', () => {
    expect(markOf(JSON.stringify(begun), { version: 2 })).toEqual(begun);
    expect(markOf(JSON.stringify(begun), { version: 3 })).toBeUndefined();
    expect(markOf(null, { version: 2 })).toBeUndefined();
  });
});

describe('What counts of somebody', () => {
  const plain = {
    group_map: {},
    required_claims: {},
    claims: { username: 'uid' },
    attributes: {},
    user_filter: '(uid={username})',
  };
  it.each([
    ['in their entry', {}, true],
    ['in memberOf, for groups', { group_map: { staff: 'staff' } }, false],
    [
      'in groups that are searched for',
      { group_map: { staff: 'staff' }, group_search_base: 'ou=groups' },
      true,
    ],
    ['in memberOf, as a filter', { user_filter: '(&(uid={username})(memberOf=cn=staff))' }, false],
    ['in memberOf, for an attribute', { attributes: { teams: 'memberOf' } }, false],
    ['in isMemberOf, as a required one', { required_claims: { isMemberOf: 'cn=staff' } }, false],
  ])('is told by its change if it is %s: %#', (_name, members, isTold) => {
    expect(isToldByEntries({ ...plain, ...members } as never)).toBe(isTold);
  });
});
