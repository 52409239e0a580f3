import { days, type SettingGroup } from './setting.js';
import { seconds } from './setting-kinds.js';

/** How long things last, in seconds. */
export const lifetimeSettings = {
  accessToken: {
    name: 'EYRIE_ACCESS_TOKEN_TTL',
    default: '600',
    meaning: 'Lifetime of an access token in seconds',
    parse: seconds(),
  },
  idToken: {
    name: 'EYRIE_ID_TOKEN_TTL',
    default: '600',
    meaning: 'Lifetime of an ID token in seconds',
    parse: seconds(),
  },
  code: {
    name: 'EYRIE_CODE_TTL',
    default: '60',
    meaning: 'Lifetime of an authorization code in seconds, 60 at most',
    parse: seconds(1, 60),
  },
  pushedRequest: {
    name: 'EYRIE_PUSHED_REQUEST_TTL',
    default: '60',
    meaning: 'Seconds within which a pushed authorization request must reach the authorization endpoint',
    parse: seconds(5, 600),
  },
  deviceCode: {
    name: 'EYRIE_DEVICE_CODE_TTL',
    default: '600',
    meaning: 'Lifetime of a device code in seconds',
    parse: seconds(60, 3_600),
  },
  backchannelRequest: {
    name: 'EYRIE_BACKCHANNEL_REQUEST_TTL',
    default: '600',
    meaning:
      'Seconds within which people must decide on a backchannel authentication request; `requested_expiry` can only shorten them',
    parse: seconds(60, 3_600),
  },
  refreshIdle: {
    name: 'EYRIE_REFRESH_IDLE_TTL',
    ...days(30),
    meaning: 'Seconds after which an unused refresh token expires',
    parse: seconds(),
  },
  refreshAbsolute: {
    name: 'EYRIE_REFRESH_ABSOLUTE_TTL',
    ...days(180),
    meaning: 'Seconds after which a grant ends, however often it is refreshed',
    parse: seconds(),
  },
  refreshGrace: {
    name: 'EYRIE_REFRESH_GRACE',
    default: '10',
    meaning: 'Seconds for which a rotated refresh token can still be exchanged for its one successor',
    parse: seconds(0, 600),
  },
  sessionIdle: {
    name: 'EYRIE_SESSION_IDLE_TTL',
    ...days(1),
    meaning: 'Seconds after which an unused session ends, unless the person asked to stay signed in',
    parse: seconds(),
  },
  session: {
    name: 'EYRIE_SESSION_TTL',
    ...days(14),
    meaning: 'Seconds after which every other session ends',
    parse: seconds(),
  },
  keptSession: {
    name: 'EYRIE_KEEP_SIGNED_IN_TTL',
    ...days(30),
    meaning:
      'Seconds after which the session of a person ends who ticked “Keep me signed in”: until then it outlasts restarts of the browser, used or not; 0 does not offer the box',
    parse: seconds(0),
  },
} as const satisfies SettingGroup;
