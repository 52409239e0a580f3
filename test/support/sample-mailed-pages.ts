import { message } from '../../src/locales/message.js';
import type {
  AccountEmailPage,
  ChoosePasswordPage,
  CompleteSignUpPage,
  ConfirmEmailPage,
  ForgottenPasswordPage,
  SignUpPage,
} from '../../src/views/mailed-page-models.js';

/** Models of the pages that mailed links lead to, and of those on which people ask for such links. */
export const mailedSamples = {
  'forgotten-password': {
    csrfToken: 'csrf-1',
    hasDirectories: true,
    interaction: 'sealed-request',
    back: 'sealed-application',
    name: 'alice',
    error: message('forgotten.nothing'),
    retryAfterSeconds: 90,
  } satisfies ForgottenPasswordPage,
  'choose-password': {
    csrfToken: 'csrf-1',
    token: 'token-1',
    username: 'alice',
    isInvited: true,
    error: message('newPassword.differ'),
    retryAfterSeconds: 90,
  } satisfies ChoosePasswordPage,
  'sign-up': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    back: 'sealed-application',
    email: 'alice@example.com',
    domains: ['example.com', 'example.org'],
    error: message('email.invalid'),
    retryAfterSeconds: 90,
  } satisfies SignUpPage,
  'complete-sign-up': {
    csrfToken: 'csrf-1',
    token: 'token-1',
    email: 'alice@example.com',
    username: 'alice',
    name: 'Alice Adams',
    error: message('completeSignUp.badName'),
    retryAfterSeconds: 90,
  } satisfies CompleteSignUpPage,
  'confirm-email': {
    csrfToken: 'csrf-1',
    token: 'token-1',
    email: 'alice@example.com',
    isChange: true,
  } satisfies ConfirmEmailPage,
  'account-email': {
    csrfToken: 'csrf-1',
    email: 'alice@example.com',
    isVerified: false,
    notice: message('email.linkSent'),
    newEmail: 'alice@example.org',
    error: message('email.same'),
    retryAfterSeconds: 90,
  } satisfies AccountEmailPage,
};
