import {
  areTooManyVanished,
  consequenceOf,
  type Standing,
} from '../../../src/sign-in/upstream/ldap/standing.js';
import { filterProblem, subjectFilter } from '../../../src/sign-in/upstream/ldap/subject-filter.js';

const now = 10_000;
const active = { missingSince: null, isUserDisabled: false, isDisabledByDirectory: false };
const disabledByDirectory = { missingSince: null, isUserDisabled: true, isDisabledByDirectory: true };
const disabledHere = { missingSince: null, isUserDisabled: true, isDisabledByDirectory: false };
const present: Standing = { kind: 'present' };
const absent: Standing = { kind: 'absent' };
const refused = (
  reason: 'disabled' | 'expired' | 'locked' | 'not_admitted' | 'password_must_change',
): Standing => ({
  kind: 'refused',
  reason,
});

describe('What follows from what a directory says', () => {
  it.each([
    ['somebody who is there', present, active, 'none'],
    ['somebody who is disabled there', refused('disabled'), active, 'end'],
    ['somebody whose account has expired there', refused('expired'), active, 'end'],
    ['somebody who is locked for good there', refused('locked'), active, 'end'],
    ['somebody who has left a group that is required', refused('not_admitted'), active, 'end'],
    ['somebody who has to change their password there', refused('password_must_change'), active, 'none'],
    ['somebody who is not found for the first time', absent, active, 'miss'],
    ['somebody who is not found twice', absent, { ...active, missingSince: now - 60 }, 'end'],
    ['somebody who is not found twice in a moment', absent, { ...active, missingSince: now - 59 }, 'none'],
    ['somebody who is found again', present, { ...active, missingSince: now - 900 }, 'found'],
    ['somebody who is let in again', present, disabledByDirectory, 'return'],
    ['somebody who is still disabled there', refused('disabled'), disabledByDirectory, 'none'],
    ['somebody whom an administrator has disabled', present, disabledHere, 'none'],
    ['somebody who is disabled at both', refused('disabled'), disabledHere, 'none'],
    ['somebody who is gone and disabled', absent, { ...disabledHere, missingSince: 1 }, 'none'],
  ] as const)('%s', (_, standing, state, kind) => {
    expect(consequenceOf(standing, state, now).kind).toBe(kind);
  });

  it.each([
    [10, 12, false],
    [11, 12, true],
    [100, 1_000, false],
    [101, 1_000, true],
    [0, 0, false],
  ])('%i of %i people who vanish at once are too many: %s', (vanished, people, tooMany) => {
    expect(areTooManyVanished(vanished, people)).toBe(tooMany);
  });
});

describe('The filter for people who are known', () => {
  it('has the filter of the upstream with any name, and each subject', async () => {
    const filter = await subjectFilter(
      '(&(objectClass=person)(|(uid={username})(mail={username})))',
      'entryUUID',
      ['a', 'b*)(uid=*'],
    );
    expect(String(filter)).toBe(
      String.raw`(&(&(objectClass=person)(|(uid=*)(mail=*)))(|(entryUUID=a)(entryUUID=b\2a\29\28uid=\2a)))`,
    );
  });

  it('has an objectGUID as the bytes that Windows stores', async () => {
    const filter = await subjectFilter('(uid={username})', 'objectGUID', [
      '00112233-4455-6677-8899-aabbccddeeff',
    ]);
    const { filters } = filter as unknown as { filters: { filters: { value: Buffer }[] }[] };
    expect(filters[1]?.filters[0]?.value.toString('hex')).toBe('33221100554477668899aabbccddeeff');
  });

  it.each([
    ['(&(objectClass=person)(uid={username}))', undefined],
    ['(userPrincipalName={username}@acme.example)', undefined],
    ['(memberOf:1.2.840.113556.1.4.1941:=cn=staff)(uid={username})', expect.any(String)],
    ['(uid:caseExactMatch:={username})', expect.stringContaining('extensible match')],
    ['(&)({username})', expect.any(String)],
    ['({username})', expect.any(String)],
    ['(uid {username})', expect.any(String)],
  ])('%s can be read, or the reason is given', async (template, problem) => {
    expect(await filterProblem(template)).toEqual(problem);
  });
});
