import type { SettingGroup } from './setting.js';
import { deletionDelay } from './setting-kinds.js';

/** How people delete their own accounts. */
export const deletionSettings = {
  delay: {
    name: 'EYRIE_ACCOUNT_DELETION',
    default: 'off',
    meaning:
      'Whether people may delete their own accounts: off, or the time for which an account is closed before it is deleted, such as 14d or 36h; 0 deletes it at once. Until then its owner keeps it by signing in',
    parse: deletionDelay,
  },
} as const satisfies SettingGroup;
