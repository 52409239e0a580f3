import { multiFactorAcr, passwordAcr, phishingResistantAcr } from '../../src/protocol/acr.js';
import {
  lesserAge,
  nextSignInStep,
  type Person,
  secondFactorAsked,
  type SecondFactorPolicy,
  type SecondFactorSituation,
  type SignInSituation,
} from '../../src/sign-in/policy.js';

const now = 1_800_000_000;
const password = { method: 'pwd', provenAt: now - 600 };
const code = { method: 'otp', provenAt: now - 600 };
const person = (...factors: Person['factors']): Person => ({
  factors: [...factors, { name: 'password', amr: ['pwd'] }],
  passwordChangeRequired: false,
});
const withPassword = person();
const app = { name: 'one-time-code', amr: ['otp'] } as const;
const key = { name: 'passkey', amr: ['swk', 'user', 'mfa'] } as const;
const recovery = { name: 'recovery-code', amr: ['otp'] } as const;
const emailCode = { name: 'email-code', amr: ['mca'] } as const;
const mailed = { method: 'mca', provenAt: now - 600 };
const essential = (value: string) => ({ acr: { essential: { essential: true, value } } });
const voluntary = (...values: string[]) => ({ acr: { values } });

type Row = [condition: string, changes: Partial<SignInSituation>];

const step = (changes: Partial<SignInSituation>) =>
  nextSignInStep({ earlier: [], forRequest: [], asked: {}, now, person: withPassword, ...changes });
const done = (acr: string, ...amr: string[]) => ({ kind: 'done', authentication: { acr, amr } });
const further = (...factors: string[]) => ({ kind: 'further-factor', factors });

const sufficient: Row[] = [
  ['with a password proven before', { earlier: [password] }],
  ['with a password proven for the request', { forRequest: [password] }],
  ['with a password as old as max_age', { earlier: [password], asked: { maxAge: 600 } }],
  [
    'with prompt=login and a password proven for the request',
    { forRequest: [password], asked: { fresh: true } },
  ],
  ['with max_age=0 and a password proven for the request', { forRequest: [password], asked: { maxAge: 0 } }],
  [
    'with a password proven for the request, by a clock that is behind',
    { forRequest: [password], asked: { maxAge: 1 } },
  ],
  ['with the password class as the essential acr', { earlier: [password], asked: essential(passwordAcr) }],
  [
    'with the password class among the essential acrs',
    {
      earlier: [password],
      asked: { acr: { essential: { essential: true, values: ['urn:stronger', passwordAcr] } } },
    },
  ],
  ['with a password proven twice', { earlier: [password], forRequest: [password] }],
  [
    'with an essential acr that the person cannot reach',
    { earlier: [password], asked: essential(multiFactorAcr) },
  ],
  ['with acr_values that the person cannot reach', { earlier: [password], asked: voluntary(multiFactorAcr) }],
  [
    'with a second factor that is asked only of who has one',
    { earlier: [password], asked: { secondFactor: 'if-present' } },
  ],
];

const acme = { id: 'acme-id', alias: 'acme' };
const fromAcme = { method: 'fed', provenAt: now - 600, upstream: 'acme-id' };
const fromOther = { ...fromAcme, upstream: 'other-id' };

describe('a sign-in at the upstream that is asked for', () => {
  const atAcme = { kind: 'upstream', alias: 'acme' };

  it.each<Row>([
    ['after a password', { earlier: [password] }],
    ['after a password that was proven for the request', { forRequest: [password] }],
    ['after a sign-in at another upstream', { earlier: [fromOther] }],
    ['after a sign-in at an upstream that was not noted', { earlier: [{ method: 'fed', provenAt: now }] }],
    [
      'before a second factor',
      { earlier: [password], person: person(app), asked: { secondFactor: 'required' } },
    ],
    ['before one is set up', { earlier: [password], asked: { secondFactor: 'required' } }],
    [
      'before a new password',
      { forRequest: [password], person: { ...withPassword, passwordChangeRequired: true } },
    ],
    [
      'when the last one there is too old',
      { earlier: [fromAcme], forRequest: [password], asked: { maxAge: 599 } },
    ],
    [
      'when earlier ones do not count',
      { earlier: [fromAcme], forRequest: [password], asked: { fresh: true } },
    ],
  ])('comes %s', (_condition, { asked, ...changes }) => {
    expect(step({ ...changes, asked: { ...asked, upstream: acme } })).toEqual(atAcme);
  });

  it.each<Row>([
    ['was made before', { earlier: [fromAcme] }],
    ['was made for the request, however long ago', { forRequest: [fromAcme], asked: { maxAge: 1 } }],
    ['was made beside one at another upstream', { earlier: [fromAcme, fromOther] }],
  ])('is not asked for again if it %s', (_condition, { asked, ...changes }) => {
    expect(step({ ...changes, asked: { ...asked, upstream: acme } })).toMatchObject({ kind: 'done' });
  });

  it('comes after the first factor', () => {
    expect(step({ asked: { upstream: acme } })).toEqual({ kind: 'first-factor' });
  });
});

describe('the lesser of two greatest ages', () => {
  it.each([
    [60, 600, 60],
    [600, 60, 60],
    [0, 60, 0],
    [undefined, 60, 60],
    [60, undefined, 60],
    [undefined, undefined, undefined],
  ])('of %s and %s is %s', (one, other, lesser) => {
    expect(lesserAge(one, other)).toBe(lesser);
  });
});

describe('the next step of a sign-in', () => {
  it.each(sufficient)('%s is none: it is done, with acr and amr', (_condition, changes) => {
    expect(step(changes)).toEqual(done(passwordAcr, 'pwd'));
  });

  it.each<Row>([
    ['with nothing proven', {}],
    ['with nobody known yet', { person: undefined }],
    ['with a password older than max_age', { earlier: [password], asked: { maxAge: 599 } }],
    ['with prompt=login and a password proven before', { earlier: [password], asked: { fresh: true } }],
    [
      'with max_age=0 and a password proven this second',
      { earlier: [{ ...password, provenAt: now }], asked: { maxAge: 0 } },
    ],
    ['with a code alone', { earlier: [code], person: person(app) }],
    ['with a method that no factor proves', { earlier: [{ method: 'face', provenAt: now }] }],
  ])('%s is a first factor', (_condition, changes) => {
    expect(step(changes)).toEqual({ kind: 'first-factor' });
  });

  it.each<[...Row, unknown]>([
    [
      'K4 with a second factor that the policy asks for is one of those that the person has, in their order',
      { forRequest: [password], person: person(key, app, recovery), asked: { secondFactor: 'if-present' } },
      further('passkey', 'one-time-code', 'recovery-code'),
    ],
    [
      'K4 with an essential acr is what reaches it, and nothing else',
      { earlier: [password], person: person(key, app), asked: essential(phishingResistantAcr) },
      further('passkey'),
    ],
    [
      'K4 with acr_values is what reaches one of them',
      { earlier: [password], person: person(app), asked: voluntary('gold', multiFactorAcr) },
      further('one-time-code'),
    ],
    [
      'K4 with a code that is older than max_age is the code again',
      {
        earlier: [code],
        forRequest: [password],
        person: person(app),
        asked: { maxAge: 60, ...essential(multiFactorAcr) },
      },
      further('one-time-code'),
    ],
    [
      'K4 with a passkey proven and the password class as the essential acr is the password',
      {
        earlier: key.amr.map((method) => ({ method, provenAt: now })),
        person: person(key),
        asked: essential(passwordAcr),
      },
      further('password'),
    ],
    [
      'with a second factor that is asked for, and none but a code by e-mail, is that code',
      { forRequest: [password], person: person(emailCode), asked: { secondFactor: 'if-present' } },
      further('email-code'),
    ],
    [
      'with a second factor that everybody must have, and none but a code by e-mail, is that code first',
      { forRequest: [password], person: person(emailCode), asked: { secondFactor: 'required' } },
      further('email-code'),
    ],
    [
      'with a code by e-mail proven before an app was set up is the app',
      { earlier: [password, mailed], person: person(app), asked: { secondFactor: 'if-present' } },
      further('one-time-code'),
    ],
    [
      'with a code by e-mail proven, and a second factor that everybody must have, is to set one up',
      { forRequest: [password, mailed], person: person(emailCode), asked: { secondFactor: 'required' } },
      { kind: 'enrolment' },
    ],
    [
      'with a second factor that everybody must have, and none, is to set one up',
      { forRequest: [password], asked: { secondFactor: 'required' } },
      { kind: 'enrolment' },
    ],
  ])('%s', (_condition, changes, expected) => {
    expect(step(changes)).toEqual(expected);
  });

  it('with a code proven beside the password is none: both are reported', () => {
    const situation = { earlier: [password], forRequest: [code], person: person(app) };
    expect(step({ ...situation, asked: { secondFactor: 'required' } })).toEqual(
      done(multiFactorAcr, 'pwd', 'otp', 'mfa'),
    );
  });

  it('with a code by e-mail beside the password is none, and does not reach two factors', () => {
    const situation = { forRequest: [password, mailed], person: person(emailCode) };
    for (const asked of [{ secondFactor: 'if-present' } as const, essential(multiFactorAcr)])
      expect(step({ ...situation, asked })).toEqual(done(passwordAcr, 'pwd', 'mca'));
  });

  it('with a passkey that verified its user is none, although a second factor is required', () => {
    const forRequest = key.amr.map((method) => ({ method, provenAt: now }));
    expect(step({ forRequest, person: person(key), asked: { secondFactor: 'required' } })).toEqual(
      done(phishingResistantAcr, ...key.amr),
    );
  });

  it('with an acr that is asked for is done with that one, not with the strongest', () => {
    const situation = { earlier: [password, code], person: person(app) };
    expect(step({ ...situation, asked: voluntary(passwordAcr) })).toMatchObject({
      authentication: { acr: passwordAcr },
    });
  });

  it.each(sufficient)('%s is a new password, if it must be changed', (_condition, changes) => {
    expect(step({ ...changes, person: { ...withPassword, passwordChangeRequired: true } })).toEqual({
      kind: 'new-password',
    });
  });

  it('is the second factor before a new password is chosen', () => {
    const changing = { ...person(app), passwordChangeRequired: true };
    expect(step({ forRequest: [password], person: changing, asked: { secondFactor: 'if-present' } })).toEqual(
      further('one-time-code'),
    );
  });
});

describe('the next step of somebody who has asked to delete the account', () => {
  const leaving: Person = { ...withPassword, deletionDueAt: now + 60 };
  const restoration = { kind: 'restoration', dueAt: now + 60 };

  it.each(sufficient)('%s is to keep it', (_condition, changes) => {
    expect(step({ ...changes, person: leaving })).toEqual(restoration);
  });

  it('is a first factor, and the second one, before that', () => {
    expect(step({ person: leaving })).toEqual({ kind: 'first-factor' });
    const withApp = { ...person(app), deletionDueAt: now + 60 };
    const situation = { person: withApp, asked: { secondFactor: 'if-present' } } as const;
    expect(step({ ...situation, forRequest: [password] })).toEqual(further('one-time-code'));
    expect(step({ ...situation, forRequest: [password, code] })).toEqual(restoration);
  });

  it('is to keep it before a password is changed', () => {
    const changing = { ...leaving, passwordChangeRequired: true };
    expect(step({ forRequest: [password], person: changing })).toEqual(restoration);
  });
});

describe('the second factor that this server asks for by itself', () => {
  const none: SecondFactorSituation = {
    isAdministrator: false,
    isKnownDevice: true,
    isSensitive: false,
    isRequiredByClient: false,
    isRequiredByGroup: false,
    hasSecondFactor: false,
  };

  it.each<[string, SecondFactorPolicy, Partial<SecondFactorSituation>, unknown]>([
    ['always, of who has one', { asked: 'always', requiredOf: 'nobody' }, {}, 'if-present'],
    ['new-device, on a known device', { asked: 'new-device', requiredOf: 'nobody' }, {}, undefined],
    [
      'new-device, on another device',
      { asked: 'new-device', requiredOf: 'nobody' },
      { isKnownDevice: false },
      'if-present',
    ],
    ['on-request, without a request', { asked: 'on-request', requiredOf: 'nobody' }, {}, undefined],
    [
      'on-request, for the admin API',
      { asked: 'on-request', requiredOf: 'nobody' },
      { isSensitive: true },
      'if-present',
    ],
    [
      'administrators, of somebody else',
      { asked: 'on-request', requiredOf: 'administrators' },
      {},
      undefined,
    ],
    [
      'administrators, of one without a second factor',
      { asked: 'on-request', requiredOf: 'administrators' },
      { isAdministrator: true },
      'required',
    ],
    [
      'administrators, of one with a second factor, on request',
      { asked: 'on-request', requiredOf: 'administrators' },
      { isAdministrator: true, hasSecondFactor: true },
      undefined,
    ],
    [
      'on-request, for a client that requires one of everybody',
      { asked: 'on-request', requiredOf: 'nobody' },
      { isRequiredByClient: true },
      'required',
    ],
    [
      'on-request, of one with a second factor, for a client that requires one',
      { asked: 'on-request', requiredOf: 'nobody' },
      { isRequiredByClient: true, hasSecondFactor: true },
      'required',
    ],
    [
      'on-request, of a member of a group that requires one',
      { asked: 'on-request', requiredOf: 'nobody' },
      { isRequiredByGroup: true },
      'required',
    ],
    [
      'on-request, of a member who has one',
      { asked: 'on-request', requiredOf: 'nobody' },
      { isRequiredByGroup: true, hasSecondFactor: true },
      'required',
    ],
    ['everybody', { asked: 'new-device', requiredOf: 'everybody' }, {}, 'required'],
  ])('%s', (_policy, policy, changes, expected) => {
    expect(secondFactorAsked(policy, { ...none, ...changes })).toBe(expected);
  });
});
