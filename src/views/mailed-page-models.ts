import type { PasswordStrength } from '../crypto/password-rules.js';
import type { Text } from '../locales/message.js';
import type { Form } from './form-models.js';

/* The pages that mailed links lead to, and those on which people ask for such links. */

export interface ForgottenPasswordPage extends Form {
  /** Whether some people have the password of a directory. */
  readonly hasDirectories?: boolean;
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
  /** The client whose request cannot go on, sealed; goes into the hidden field `back`. */
  readonly back?: string;
  /** Prefilled: the input of the failed attempt. */
  readonly name?: string | undefined;
  /** Whether the request was taken. */
  readonly isSent?: boolean;
  /** Why it was not taken, as a sentence for the person. */
  readonly error?: Text;
  /** Seconds until another request is accepted, if requests are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface ChoosePasswordPage extends Form {
  /** The token of the mailed link; goes into the hidden field `token`. */
  readonly token: string;
  /** Whose password it is, for password managers. */
  readonly username: string;
  /** Whether they have been invited and have no password yet. */
  readonly isInvited: boolean;
  /** Why the last password was refused, as a sentence for the person. */
  readonly error?: Text;
  /** How strong that password is. */
  readonly strength?: PasswordStrength;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface SignUpPage extends Form {
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
  /** The client whose request cannot go on, sealed; goes into the hidden field `back`. */
  readonly back?: string;
  /** Prefilled: the input of the failed attempt. */
  readonly email?: string | undefined;
  /** The domains of the addresses that may sign up; absent for all. */
  readonly domains?: readonly string[] | undefined;
  /** Whether the request was taken. */
  readonly isSent?: boolean;
  /** Why it was not taken, as a sentence for the person. */
  readonly error?: Text;
  /** Seconds until another request is accepted, if requests are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface CompleteSignUpPage extends Form {
  /** The token of the mailed link; goes into the hidden field `token`. */
  readonly token: string;
  readonly email: string;
  /** Prefilled: the input of the failed attempt. */
  readonly username?: string;
  readonly name?: string;
  /** Why the last attempt failed, as a sentence for the person. */
  readonly error?: Text;
  /** How strong a refused password is. */
  readonly strength?: PasswordStrength;
  /** Seconds until another attempt is accepted, if too many people do the same. */
  readonly retryAfterSeconds?: number;
}

export interface InvitationPage extends Form {
  /** The token of the mailed link; goes into the hidden field `token`. */
  readonly token?: string;
  /** The id of the invitation, without the link; goes into the hidden field `invitation`. */
  readonly invitation?: string | undefined;
  readonly organization: string;
  /** Who invites, if it is a person. */
  readonly inviter?: string | undefined;
  /** The invited address. */
  readonly email: string;
  /** How the person can accept: at once, with another account, or after they have signed in or made an account. */
  readonly way: 'accept' | 'other-account' | 'sign-in' | 'sign-up';
  /** Who is signed in. */
  readonly userName?: string | undefined;
  /** Their id; goes into the hidden field `account`. */
  readonly account?: string | undefined;
  /** What leads back here from the sign-in page and the choice of an account, percent-encoded. */
  readonly to?: string | undefined;
  /** Prefilled: the input of the failed attempt. */
  readonly username?: string;
  readonly name?: string;
  /** Why the last attempt failed, as a sentence for the person. */
  readonly error?: Text;
  /** How strong a refused password is. */
  readonly strength?: PasswordStrength;
  /** Seconds until another attempt is accepted, if too many people do the same. */
  readonly retryAfterSeconds?: number;
}

export interface ConfirmEmailPage extends Form {
  /** The token of the mailed link; goes into the hidden field `token`. */
  readonly token: string;
  readonly email: string;
  /** Whether the address replaces another one. */
  readonly isChange: boolean;
}

export interface AccountEmailPage extends Form {
  readonly email?: string | undefined;
  readonly isVerified: boolean;
  /** Whether it comes from an upstream, and is changed there. */
  readonly isFixed?: boolean;
  /** A sentence about what was just done. */
  readonly notice?: Text | undefined;
  /** Prefilled: the input of the failed attempt. */
  readonly newEmail?: string | undefined;
  /** Why the last attempt failed, as a sentence for the person. */
  readonly error?: Text;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

/** What these pages show, by the names of their templates. */
export interface MailedPages {
  /** Asks who has forgotten the password; posts `name`, or `step` sign-in to return, to `/login/forgotten-password`. */
  readonly 'forgotten-password': ForgottenPasswordPage;
  /** Asks the owner of a mailed link for a password; posts to `/login/choose-password`. */
  readonly 'choose-password': ChoosePasswordPage;
  /** Asks for the e-mail address of a new account; posts `email`, or `step` sign-in to return, to `/sign-up`. */
  readonly 'sign-up': SignUpPage;
  /** Asks the owner of a mailed link for a username and a password; posts to `/sign-up/complete`. */
  readonly 'complete-sign-up': CompleteSignUpPage;
  /** Asks whether somebody accepts an invitation into an organization; posts `answer` to `/invitation`. */
  readonly invitation: InvitationPage;
  /** Asks the owner of a mailed link to confirm an e-mail address; posts to `/login/confirm-email`. */
  readonly 'confirm-email': ConfirmEmailPage;
  /** Shows the e-mail address; posts to `/account/email/verify`, and `new_email` to `/account/email`. */
  readonly 'account-email': AccountEmailPage;
}
