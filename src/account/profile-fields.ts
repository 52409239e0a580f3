import type { ProfileMember } from '../config/people-settings.js';
import { languages } from '../locales/languages.js';
import { type Message, message, verbatim } from '../locales/message.js';
import type { ProfileOption } from '../views/account-page-models.js';

/** How a member of the profile is shown, and typed or chosen. */
export interface ShownMember {
  readonly label: Message;
  readonly hint?: Message;
  readonly autocomplete: string;
  /** The values to choose from. The one that the person has may be another. */
  readonly options?: () => readonly ProfileOption[];
}

/** The members of the profile, in the order in which they are shown. */
export const shownMembers: Readonly<Record<ProfileMember, ShownMember>> = {
  name: { label: message('profile.name'), autocomplete: 'name' },
  given_name: { label: message('profile.givenName'), autocomplete: 'given-name' },
  middle_name: { label: message('profile.middleName'), autocomplete: 'additional-name' },
  family_name: { label: message('profile.familyName'), autocomplete: 'family-name' },
  nickname: { label: message('profile.nickname'), autocomplete: 'nickname' },
  gender: { label: message('profile.gender'), autocomplete: 'sex' },
  birthdate: {
    label: message('profile.birthdate'),
    hint: message('profile.dateHint'),
    autocomplete: 'bday',
  },
  profile: { label: message('profile.page'), hint: message('profile.addressHint'), autocomplete: 'off' },
  picture: { label: message('profile.picture'), hint: message('profile.addressHint'), autocomplete: 'photo' },
  website: { label: message('profile.website'), hint: message('profile.addressHint'), autocomplete: 'url' },
  locale: {
    label: message('profile.language'),
    hint: message('profile.languageHint'),
    autocomplete: 'language',
    options: () => languageOptions,
  },
  zoneinfo: {
    label: message('profile.timeZone'),
    hint: message('profile.timeZoneHint'),
    autocomplete: 'off',
    options: () => timeZoneOptions(),
  },
};

const languageOptions: readonly ProfileOption[] = [
  { value: '', label: message('profile.asBrowser') },
  ...languages.map((language) => ({ value: language.tag, label: verbatim(language.name), language })),
];

let timeZones: readonly ProfileOption[] | undefined;

/** UTC, which the list of JavaScript leaves out, and the time zones of the IANA database. */
function timeZoneOptions(): readonly ProfileOption[] {
  timeZones ??= [
    { value: '', label: message('profile.notSet') },
    ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]),
  ].map((zone) => (typeof zone === 'string' ? { value: zone, label: verbatim(zone) } : zone));
  return timeZones;
}
