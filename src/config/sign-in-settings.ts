import type { SettingGroup } from './setting.js';
import { integer, seconds } from './setting-kinds.js';

/** How failed sign-ins are slowed down. */
export const signInSettings = {
  attempts: {
    name: 'EYRIE_SIGN_IN_ATTEMPTS',
    default: '10',
    meaning: 'Failed sign-ins to one account within EYRIE_SIGN_IN_WINDOW; further attempts get 429',
    parse: integer(1, 10_000),
  },
  attemptsPerAddress: {
    name: 'EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS',
    default: '100',
    meaning: 'Failed sign-ins from one address within EYRIE_SIGN_IN_WINDOW; further attempts get 429',
    parse: integer(1, 1_000_000),
  },
  window: {
    name: 'EYRIE_SIGN_IN_WINDOW',
    default: '900',
    meaning: 'Length in seconds of the window in which failed sign-ins are counted',
    parse: seconds(1, 86_400),
  },
} as const satisfies SettingGroup;
