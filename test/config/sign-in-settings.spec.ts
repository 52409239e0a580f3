import { readSettings } from '../../src/config/settings.js';

describe('The factors of the settings', () => {
  it('hold no passkey if the issuer has an address instead of a host name', () => {
    const { firstFactors, secondFactors } = readSettings({ EYRIE_ISSUER: 'http://127.0.0.1:3000' }).signIn;
    expect(firstFactors).toEqual(['password']);
    expect(secondFactors).toEqual(['one-time-code', 'recovery-code']);
  });

  it.each([
    ['a passkey alone at an address', { EYRIE_ISSUER: 'http://[::1]:3000', EYRIE_FIRST_FACTORS: 'passkey' }],
    ['no first factor', { EYRIE_FIRST_FACTORS: 'none' }],
    ['codes by e-mail without mail', { EYRIE_SECOND_FACTORS: 'passkey,email-code' }],
    [
      'a second factor that everybody must have, and codes by e-mail alone',
      {
        EYRIE_SECOND_FACTOR_REQUIRED_OF: 'everybody',
        EYRIE_SECOND_FACTORS: 'email-code',
        EYRIE_MAIL_URL: 'smtp://127.0.0.1',
        EYRIE_MAIL_FROM: 'a@example.com',
      },
    ],
    ['an unknown one', { EYRIE_SECOND_FACTORS: 'sms' }],
    ['the same twice', { EYRIE_SECOND_FACTORS: 'passkey,passkey' }],
    [
      'a second factor that everybody must have, and none',
      { EYRIE_SECOND_FACTOR_REQUIRED_OF: 'everybody', EYRIE_SECOND_FACTORS: 'none' },
    ],
    [
      'a second factor that administrators must have, and recovery codes alone',
      { EYRIE_SECOND_FACTOR_REQUIRED_OF: 'administrators', EYRIE_SECOND_FACTORS: 'recovery-code' },
    ],
    [
      'a passkey that everybody must have, at an address',
      {
        EYRIE_SECOND_FACTOR_REQUIRED_OF: 'everybody',
        EYRIE_SECOND_FACTORS: 'passkey',
        EYRIE_ISSUER: 'http://127.0.0.1:3000',
      },
    ],
  ])('%s stops the start with one line that names the setting', (_what, environment) => {
    expect(() => readSettings(environment)).toThrow(
      /^EYRIE_(?:FIRST|SECOND)_FACTOR\w* is [^\n]+: [^\n]+$|^EYRIE_FIRST_FACTORS is passkey/,
    );
  });
});
