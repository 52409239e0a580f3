import { parseFilter } from '../../../src/protocol/scim/filter.js';

const eq = (path: string, value: unknown): object => ({ kind: 'compare', path, by: 'eq', value });
const pr = (path: string): object => ({ kind: 'present', path });

describe('M1 A SCIM filter', () => {
  it.each([
    ['userName eq "bjensen"', eq('userName', 'bjensen')],
    ['userName EQ "a \\"b\\" and c"', eq('userName', 'a "b" and c')],
    ['active eq true', eq('active', true)],
    ['title eq null', eq('title', null)],
    ['count gt -1.5', { kind: 'compare', path: 'count', by: 'gt', value: -1.5 }],
    ['title pr', pr('title')],
    ['title pr and userType eq "E"', { kind: 'and', of: [pr('title'), eq('userType', 'E')] }],
    ['a pr or b pr AND c pr', { kind: 'or', of: [pr('a'), { kind: 'and', of: [pr('b'), pr('c')] }] }],
    ['(a pr or b pr) and c pr', { kind: 'and', of: [{ kind: 'or', of: [pr('a'), pr('b')] }, pr('c')] }],
    ['not (a pr and b pr)', { kind: 'not', of: { kind: 'and', of: [pr('a'), pr('b')] } }],
    ['emails[type eq "work"]', { kind: 'values', path: 'emails', of: eq('type', 'work') }],
    [
      'emails[type eq "work"].value eq "a@x"',
      { kind: 'values', path: 'emails', of: { kind: 'and', of: [eq('type', 'work'), eq('value', 'a@x')] } },
    ],
    [
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1"',
      eq('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value', '1'),
    ],
  ])('%s is understood', (text, expected) => {
    expect(parseFilter(text)).toEqual(expected);
  });

  it.each([
    '',
    'userName',
    'userName eq',
    'userName zz "a"',
    'userName eq bjensen',
    'userName eq "a',
    'userName eq "a" and',
    'userName eq "a" userName eq "b"',
    '(userName eq "a"',
    'userName eq "a")',
    'emails[type eq "work"',
    'not userName eq "a"',
    'userName eq "\\u0000"',
    'userName eq "\\ud800"',
  ])('%j is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidFilter' }),
    );
  });

  it.each([
    ['long', `userName eq "${'x'.repeat(5_000)}"`],
    ['of many conditions', Array(100).fill('a pr').join(' or ')],
    ['nested deeply', `${'('.repeat(50)}a pr${')'.repeat(50)}`],
    ['of many brackets', `${'a['.repeat(50)}b pr${']'.repeat(50)}`],
  ])('that is %s is refused before it costs anything', (_, text) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
  });
});
