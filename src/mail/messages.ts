import type { Language } from '../locales/message.js';
import { type Draft, letterIn } from './draft.js';
import type { Letter } from './letter.js';
import { accountDeleted } from './messages/account-deleted.js';
import { accountKept } from './messages/account-kept.js';
import { approvalRequested } from './messages/approval-requested.js';
import { deletionRequested } from './messages/deletion-requested.js';
import { emailChange } from './messages/email-change.js';
import { emailChanged } from './messages/email-changed.js';
import { emailVerification } from './messages/email-verification.js';
import { factorAdded } from './messages/factor-added.js';
import { factorRemoved } from './messages/factor-removed.js';
import { invitation } from './messages/invitation.js';
import { newDevice } from './messages/new-device.js';
import { organizationInvitation } from './messages/organization-invitation.js';
import { passwordChanged } from './messages/password-changed.js';
import { passwordReset } from './messages/password-reset.js';
import { signInCode } from './messages/sign-in-code.js';
import { signUp } from './messages/sign-up.js';
import { signUpKnown } from './messages/sign-up-known.js';
import { test } from './messages/test.js';

/** Every message, by its name. Another one is its file and its line here. */
const messages = {
  test,
  'password-changed': passwordChanged,
  'password-reset': passwordReset,
  invitation,
  'organization-invitation': organizationInvitation,
  'email-verification': emailVerification,
  'email-change': emailChange,
  'email-changed': emailChanged,
  'new-device': newDevice,
  'sign-in-code': signInCode,
  'sign-up': signUp,
  'sign-up-known': signUpKnown,
  'factor-added': factorAdded,
  'factor-removed': factorRemoved,
  'deletion-requested': deletionRequested,
  'account-kept': accountKept,
  'account-deleted': accountDeleted,
  'approval-requested': approvalRequested,
} as const;

/** What each message needs to know. */
export type Models = {
  readonly [Name in keyof typeof messages]: Parameters<(typeof messages)[Name]>[0];
};

export type MessageName = keyof Models;

const writers: { readonly [Name in MessageName]: (model: Models[Name]) => Draft } = messages;

/** The letter of a message, in a language. */
export function writeLetter<Name extends MessageName>(
  name: Name,
  model: Models[Name],
  language: Language,
): Letter {
  return letterIn(language, writers[name](model));
}
