import { bindOutcome } from '../../../src/sign-in/upstream/ldap/bind-outcome.js';

const text = (code: string): string =>
  `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${code}, v3839`;
const outdated = (reason: string, isBound: boolean) => ({ kind: 'outdated', reason, isBound });
const refused = (reason: string) => ({ kind: 'refused', reason });

describe('A bind', () => {
  it.each([
    ['that succeeds', { code: 0 }, { kind: 'right' }],
    [
      'that succeeds with a password that was reset',
      { code: 0, error: 2 },
      outdated('password_must_change', true),
    ],
    ['in a time of grace', { code: 0, graceLeft: 2 }, outdated('password_expired', true)],
    ['on the last time of grace', { code: 0, graceLeft: 0 }, { kind: 'right' }],
    ['with a password that has expired', { code: 49, error: 0 }, outdated('password_expired', false)],
    ['that must wait for a change', { code: 49, error: 2 }, outdated('password_must_change', false)],
    ['as an account that is locked', { code: 49, error: 1 }, refused('locked')],
    ['with 525', { code: 49, text: text('525') }, refused('unknown_person')],
    ['with 52e', { code: 49, text: text('52e') }, refused('wrong_password')],
    ['with 530', { code: 49, text: text('530') }, refused('not_at_this_time')],
    ['with 531', { code: 49, text: text('531') }, refused('not_at_this_workstation')],
    ['with 532', { code: 49, text: text('532') }, outdated('password_expired', false)],
    ['with 533', { code: 49, text: text('533') }, refused('disabled')],
    ['with 701', { code: 49, text: text('701') }, refused('expired')],
    ['with 773', { code: 49, text: text('773') }, outdated('password_must_change', false)],
    ['with 775', { code: 49, text: text('775') }, refused('locked')],
    ['with 773 and another result', { code: 53, text: text('773') }, refused('wrong_password')],
    ['that fails without a word', { code: 49 }, refused('wrong_password')],
  ])('%s comes to what it means', (_name, answer, outcome) => {
    expect(bindOutcome({ text: '', error: undefined, graceLeft: undefined, ...answer })).toEqual(outcome);
  });
});
