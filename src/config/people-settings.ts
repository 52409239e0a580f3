import type { SettingGroup } from './setting.js';
import { namesOrNone, onOff, text } from './setting-kinds.js';

/** The claims of the scope `profile` (OIDC Core §5.4) that a user has, the username aside. */
export const profileMembers = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'gender',
  'birthdate',
  'profile',
  'picture',
  'website',
  'locale',
  'zoneinfo',
] as const;

export type ProfileMember = (typeof profileMembers)[number];

/** What people can do with their own account. */
export const peopleSettings = {
  profileEditable: {
    name: 'EYRIE_PROFILE_EDITABLE',
    default: 'name,given_name,family_name,nickname,locale,zoneinfo',
    meaning: `What people may change of their profile at /account/profile, separated by commas: ${profileMembers.join(', ')}; none to leave all to administrators`,
    parse: namesOrNone(...profileMembers),
  },
  defaultLanguage: {
    name: 'EYRIE_DEFAULT_LANGUAGE',
    default: 'en',
    meaning:
      'Language of pages for browsers that ask for none that Eyrie has, and of mails to people whose account has none: en, de, fr, es, zh-Hans, ja or ar',
    parse: text,
  },
  newDeviceMail: {
    name: 'EYRIE_NEW_DEVICE_MAIL',
    default: 'on',
    meaning: 'on: people who have signed in before are notified by mail of a sign-in on a new device',
    parse: onOff,
  },
} as const satisfies SettingGroup;
