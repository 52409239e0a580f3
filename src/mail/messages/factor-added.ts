import { type Message, message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** A factor that people set up. */
export type AddedFactor = 'passkey' | 'one-time-code' | 'identity';

const sentences: Readonly<Record<AddedFactor, (username: string, upstream: string) => Message>> = {
  passkey: (username) => message('mail.passkeyAdded', { username }),
  'one-time-code': (username) => message('mail.appAdded', { username }),
  identity: (username, upstream) => message('mail.identityAdded', { username, upstream }),
};

/** A person can sign in with one thing more. */
export function factorAdded({
  username,
  factor,
  upstream = '',
  ...circumstances
}: Circumstances & {
  readonly username: string;
  readonly factor: AddedFactor;
  /** The name of the identity provider. */
  readonly upstream?: string;
}): Draft {
  return {
    subject: message('mail.factorAddedSubject'),
    paragraphs: [sentences[factor](username, upstream)],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
