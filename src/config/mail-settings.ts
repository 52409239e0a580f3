import { mailbox, mailUrl } from './mail-url.js';
import { days, type SettingGroup } from './setting.js';
import { integer, seconds } from './setting-kinds.js';

/** How mail is sent. */
export const mailSettings = {
  server: {
    name: 'EYRIE_MAIL_URL',
    defaultMeaning: 'none: nothing that needs mail is offered',
    meaning:
      'Mail server: smtp://user:password@host:587, or smtps://user:password@host:465. User and password are percent-encoded. smtp needs STARTTLS unless its host is loopback; ?starttls=optional sends in clear to servers without it',
    isSecret: true,
    parse: mailUrl,
  },
  from: {
    name: 'EYRIE_MAIL_FROM',
    meaning: 'Sender of all mail, such as Example <no-reply@example.com>. Needed with EYRIE_MAIL_URL',
    parse: mailbox,
  },
  perAccount: {
    name: 'EYRIE_MAILS_PER_ACCOUNT',
    default: '5',
    meaning:
      'Mails with a link, and mails with a code to sign in, that can be asked for with one username or e-mail address within an hour; further requests get 429. A code that was used is not counted',
    parse: integer(1, 10_000),
  },
  perNetwork: {
    name: 'EYRIE_MAILS_PER_ADDRESS',
    default: '50',
    meaning:
      'Mails with a link that can be asked for from one address (IPv6: a /64; four times as many from a /56, 16 times from a /48) within an hour; further requests get 429',
    parse: integer(1, 1_000_000),
  },
  invitationTtl: {
    name: 'EYRIE_INVITATION_TTL',
    ...days(7),
    meaning: 'Lifetime in seconds of the link that an invited person gets',
    parse: seconds(60),
  },
  maxInvitations: {
    name: 'EYRIE_MAX_INVITATIONS',
    default: '1000',
    meaning: 'Open invitations of one organization; further ones get 409',
    parse: integer(1, 1_000_000),
  },
} as const satisfies SettingGroup;
