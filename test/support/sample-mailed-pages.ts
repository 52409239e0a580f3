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
    interaction: 'sealed-request',
    back: 'sealed-application',
    name: 'alice',
    error: 'Enter your username or e-mail address.',
    retryAfterSeconds: 90,
  } satisfies ForgottenPasswordPage,
  'choose-password': {
    csrfToken: 'csrf-1',
    token: 'token-1',
    username: 'alice',
    isInvited: true,
    error: 'The new password is a common password.',
    retryAfterSeconds: 90,
  } satisfies ChoosePasswordPage,
  'sign-up': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    back: 'sealed-application',
    email: 'alice@example.com',
    domains: ['example.com', 'example.org'],
    error: 'This is not an e-mail address.',
    retryAfterSeconds: 90,
  } satisfies SignUpPage,
  'complete-sign-up': {
    csrfToken: 'csrf-1',
    token: 'token-1',
    email: 'alice@example.com',
    username: 'alice',
    name: 'Alice Adams',
    error: 'The username alice is taken.',
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
    username: 'alice',
    email: 'alice@example.com',
    isVerified: false,
    notice: 'A link is on its way.',
    newEmail: 'alice@example.org',
    error: 'The password is wrong.',
    retryAfterSeconds: 90,
  } satisfies AccountEmailPage,
};
