import type { SettingGroup } from './setting.js';
import { integer, namesOf, namesOrNone, oneOf, seconds, signUp } from './setting-kinds.js';

/** How people sign in, and how failed sign-ins are slowed down. */
export const signInSettings = {
  attempts: {
    name: 'EYRIE_SIGN_IN_ATTEMPTS',
    default: '10',
    meaning:
      'Failed sign-ins to one account within EYRIE_SIGN_IN_WINDOW; further attempts get 429. Each device on which the user has signed in before has a count of its own',
    parse: integer(1, 10_000),
  },
  attemptsPerAddress: {
    name: 'EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS',
    default: '100',
    meaning:
      'Failed sign-ins from one address (IPv6: a /64; four times as many from a /56, 16 times from a /48) within EYRIE_SIGN_IN_WINDOW; further wrong passwords get 429, right ones pass',
    parse: integer(1, 1_000_000),
  },
  window: {
    name: 'EYRIE_SIGN_IN_WINDOW',
    default: '900',
    meaning: 'Length in seconds of the window in which failed sign-ins are counted',
    parse: seconds(1, 86_400),
  },
  firstFactors: {
    name: 'EYRIE_FIRST_FACTORS',
    default: 'password,passkey,upstream',
    meaning:
      'What people may begin a sign-in with, separated by commas: password, passkey, and upstream (the identity providers of others that are registered as upstreams)',
    parse: namesOf('password', 'passkey', 'upstream'),
  },
  secondFactors: {
    name: 'EYRIE_SECOND_FACTORS',
    default: 'passkey,one-time-code,recovery-code',
    meaning:
      'What people may use as a second factor, separated by commas, the preferred one first: passkey, one-time-code, recovery-code, and email-code (a code mailed to people with a verified address who have no other; needs EYRIE_MAIL_URL); none turns second factors off',
    parse: namesOrNone('passkey', 'one-time-code', 'recovery-code', 'email-code'),
  },
  secondFactorAsked: {
    name: 'EYRIE_SECOND_FACTOR',
    default: 'always',
    meaning:
      'When people who have a second factor are asked for it: always, new-device (where they have not signed in before), or on-request (if an application or the admin API asks for it)',
    parse: oneOf('always', 'new-device', 'on-request'),
  },
  secondFactorRequiredOf: {
    name: 'EYRIE_SECOND_FACTOR_REQUIRED_OF',
    default: 'nobody',
    meaning:
      'Who must have a second factor, and sets one up at the next sign-in otherwise: nobody, administrators, or everybody',
    parse: oneOf('nobody', 'administrators', 'everybody'),
  },
  passwordMinStrength: {
    name: 'EYRIE_PASSWORD_MIN_STRENGTH',
    default: '2',
    meaning:
      'The least strength of a new password, wherever it is chosen: 0 (any), 1 (not one of the most common ones), 2 (a million guesses), 3 (a hundred million) or 4 (ten thousand million), as zxcvbn estimates them',
    parse: integer(0, 4),
  },
  accountsPerBrowser: {
    name: 'EYRIE_ACCOUNTS_PER_BROWSER',
    default: '5',
    meaning:
      'Accounts that can be signed in in one browser at a time, from 1 to 5. One more ends the session that was not used for longest; with 1, signing in as somebody else ends the session before',
    parse: integer(1, 5),
  },
  withEmail: {
    name: 'EYRIE_SIGN_IN_WITH_EMAIL',
    default: 'off',
    meaning: 'on: people may sign in with their verified e-mail address instead of their username',
    parse: oneOf('on', 'off'),
  },
  signUp: {
    name: 'EYRIE_SIGN_UP',
    default: 'off',
    meaning:
      'Who may make an account at /sign-up: off (nobody), open (everybody who has an e-mail address), or the domains of those addresses, separated by commas. Needs EYRIE_MAIL_URL',
    parse: signUp,
  },
} as const satisfies SettingGroup;
