import {
  authenticationBy,
  multiFactorAcr,
  passwordAcr,
  phishingResistantAcr,
  phishingResistantHardwareAcr,
  reachableAcrs,
  reachedAcrs,
} from '../../src/protocol/acr.js';
import type { FactorName } from '../../src/protocol/factors.js';

describe('K4 acr and amr', () => {
  it.each([
    ['a password', ['pwd'], { acr: passwordAcr, amr: ['pwd'] }],
    ['a password proven twice', ['pwd', 'pwd'], { acr: passwordAcr, amr: ['pwd'] }],
    ['a password and a code', ['pwd', 'otp'], { acr: multiFactorAcr, amr: ['pwd', 'otp', 'mfa'] }],
    ['a password and a code by e-mail', ['pwd', 'mca'], { acr: passwordAcr, amr: ['pwd', 'mca'] }],
    [
      'a password and a key that did not verify its user',
      ['pwd', 'swk', 'user'],
      { acr: phishingResistantAcr, amr: ['pwd', 'swk', 'user', 'mfa'] },
    ],
    ['a copied passkey', ['swk', 'user', 'mfa'], { acr: phishingResistantAcr, amr: ['swk', 'user', 'mfa'] }],
    [
      'a passkey of hardware',
      ['hwk', 'user', 'mfa'],
      { acr: phishingResistantHardwareAcr, amr: ['hwk', 'user', 'mfa'] },
    ],
    ['nothing', [], undefined],
    ['a code alone', ['otp'], undefined],
    ['a code by e-mail alone', ['mca'], undefined],
    ['codes by e-mail and of an app', ['mca', 'otp'], undefined],
    ['a key that did not verify its user alone', ['hwk', 'user'], undefined],
    ['an unknown method', ['face'], undefined],
  ])('of %s', (_what, methods, expected) => {
    expect(authenticationBy(methods)).toEqual(expected);
  });

  it.each([
    ['the essential one', { essential: { essential: true, value: passwordAcr } }, passwordAcr],
    [
      'the strongest of the essential ones',
      { essential: { essential: true, values: [passwordAcr, multiFactorAcr] } },
      multiFactorAcr,
    ],
    [
      'the first of acr_values that is reached',
      { values: ['gold', passwordAcr, multiFactorAcr] },
      passwordAcr,
    ],
    ['the strongest if none is reached', { values: ['gold'] }, multiFactorAcr],
  ])('names %s, of a password and a code', (_which, asked, acr) => {
    expect(authenticationBy(['pwd', 'otp'], asked)?.acr).toBe(acr);
  });

  it('counts every class that is reached, the strongest first', () => {
    expect(reachedAcrs(['pwd', 'hwk', 'user'])).toEqual([
      phishingResistantHardwareAcr,
      phishingResistantAcr,
      multiFactorAcr,
      passwordAcr,
    ]);
  });

  it.each<[FactorName[], string[]]>([
    [['password'], ['urn:eyrie:acr:password']],
    [
      ['password', 'one-time-code'],
      ['https://refeds.org/profile/mfa', 'urn:eyrie:acr:password'],
    ],
    [['password', 'email-code'], ['urn:eyrie:acr:password']],
    [['passkey'], ['phrh', 'phr', 'https://refeds.org/profile/mfa']],
  ])('with the factors %j can be %j, in the words that clients rely on', (factors, acrs) => {
    expect(reachableAcrs(factors)).toEqual(acrs);
  });
});
