import { message, verbatim } from '../../src/locales/message.js';
import type { KeepAccountPage } from '../../src/views/sign-in-page-models.js';
import type {
  AccountClosedPage,
  AccountDeletionPage,
  ActivityPage,
  OwnDataPage,
} from '../../src/views/owner-page-models.js';

/** Models of the pages of the account about what happened in it, what is stored of it, and its end. */
export const ownerSamples = {
  activity: {
    username: 'alice',
    entries: [
      {
        at: new Date('2026-11-21T14:05:09Z'),
        what: message('activity.signedIn'),
        details: [],
        address: '192.0.2.7',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
      },
      {
        at: new Date('2026-11-21T14:00:00Z'),
        what: message('activity.allowed', { client: 'MessageWriter' }),
        details: [verbatim('Read your contacts'), message('scope.openid')],
      },
      {
        at: new Date('2026-11-20T08:03:00Z'),
        what: message('activity.updated'),
        details: [message('activity.familyName')],
        by: message('activity.byAdministrator'),
      },
    ],
    newer: 'event-4',
    older: 'event-1',
    scriptNonce: 'nonce-1',
  } satisfies ActivityPage,
  'own-data': { csrfToken: 'csrf-1', username: 'alice' } satisfies OwnDataPage,
  'account-deletion': {
    csrfToken: 'csrf-1',
    username: 'alice',
    dueAt: new Date('2026-12-05T14:05:09Z'),
    error: message('deletion.mistyped'),
  } satisfies AccountDeletionPage,
  'account-closed': {
    username: 'alice',
    dueAt: new Date('2026-12-05T14:05:09Z'),
  } satisfies AccountClosedPage,
  'keep-account': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    back: 'sealed-application',
    to: 'security',
    progress: 'sealed-sign-in',
    username: 'alice',
    dueAt: new Date('2026-12-05T14:05:09Z'),
  } satisfies KeepAccountPage,
};
