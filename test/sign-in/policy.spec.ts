import { passwordAcr } from '../../src/protocol/acr.js';
import type { Prompt } from '../../src/protocol/prompt.js';
import { nextSignInStep, type SignInSituation, sufficientAuthentication } from '../../src/sign-in/policy.js';

const now = 1_800_000_000;
const password = { kind: 'password', amr: ['pwd'] };
const proven = { method: 'pwd', provenAt: now - 600 };
const done = { kind: 'done', authentication: { acr: passwordAcr, amr: ['pwd'] } };
const passwordNeeded = { kind: 'factor', factor: password };

const situation = (changes: Partial<SignInSituation> = {}): SignInSituation => ({
  earlier: [],
  forRequest: [],
  asked: {},
  now,
  ...changes,
});
const prompting = (...prompts: Prompt[]) => ({ prompts: new Set(prompts) });

type Row = [condition: string, changes: Partial<SignInSituation>];

const sufficient: Row[] = [
  ['with a password proven before', { earlier: [proven] }],
  ['with a password proven for the request', { forRequest: [proven] }],
  ['with a password as old as max_age', { earlier: [proven], asked: { maxAge: 600 } }],
  ['with prompt=none and a password proven before', { earlier: [proven], asked: prompting('none') }],
  [
    'with prompt=select_account and a password proven before',
    { earlier: [proven], asked: prompting('select_account') },
  ],
  [
    'with prompt=login and a password proven for the request',
    { forRequest: [proven], asked: prompting('login') },
  ],
  ['with max_age=0 and a password proven for the request', { forRequest: [proven], asked: { maxAge: 0 } }],
  [
    'with a password proven for the request, by a clock that is behind',
    { forRequest: [proven], asked: { maxAge: 1 } },
  ],
  [
    'with the password class as the essential acr',
    { earlier: [proven], asked: { acr: { essential: true, value: passwordAcr } } },
  ],
  [
    'with the password class among the essential acrs',
    { earlier: [proven], asked: { acr: { essential: true, values: ['urn:stronger', passwordAcr] } } },
  ],
  ['with a password proven twice', { earlier: [proven], forRequest: [proven] }],
];

const insufficient: Row[] = [
  ['with nothing proven', {}],
  ['with a password older than max_age', { earlier: [proven], asked: { maxAge: 599 } }],
  ['with prompt=login and a password proven before', { earlier: [proven], asked: prompting('login') }],
  [
    'with prompt=login consent and a password proven before',
    { earlier: [proven], asked: prompting('login', 'consent') },
  ],
  [
    'with max_age=0 and a password proven this second',
    { earlier: [{ ...proven, provenAt: now }], asked: { maxAge: 0 } },
  ],
  ['with a method that no factor proves', { earlier: [{ method: 'face', provenAt: now }] }],
];

describe('the next step of a sign-in', () => {
  it.each(sufficient)('%s is none: it is done, with acr and amr', (_condition, changes) => {
    expect(nextSignInStep([password], situation(changes))).toEqual(done);
  });

  it.each(insufficient)('%s is the password', (_condition, changes) => {
    expect(nextSignInStep([password], situation(changes))).toEqual(passwordNeeded);
  });

  it('is the first factor of the list that is not proven', () => {
    const code = { kind: 'code', amr: ['otp'] };
    const asked = { acr: { essential: true, value: 'urn:stronger' } };

    expect(nextSignInStep([password, code], situation({ asked }))).toEqual(passwordNeeded);
    expect(nextSignInStep([password, code], situation({ asked, earlier: [proven] }))).toEqual({
      kind: 'factor',
      factor: code,
    });
  });

  it.each(sufficient)('%s is a new password, if it must be changed', (_condition, changes) => {
    const step = nextSignInStep([password], situation({ ...changes, passwordChangeRequired: true }));
    expect(step).toEqual({ kind: 'new-password' });
  });

  it('is the factor before a new password is chosen', () => {
    expect(nextSignInStep([password], situation({ passwordChangeRequired: true }))).toEqual(passwordNeeded);
  });

  it('is an error when all factors are proven and the essential acr is not reached', () => {
    const asked = { acr: { essential: true, value: 'urn:stronger' } };

    expect(() => nextSignInStep([password], situation({ asked, earlier: [proven] }))).toThrow(
      expect.objectContaining({ code: 'unmet_authentication_requirements' }),
    );
  });
});

describe('the authentication of a session', () => {
  it.each(sufficient)('%s is sufficient', (_condition, changes) => {
    expect(sufficientAuthentication(situation(changes))).toEqual(done.authentication);
  });

  it.each(insufficient)('%s is not sufficient', (_condition, changes) => {
    expect(sufficientAuthentication(situation(changes))).toBeUndefined();
  });
});
