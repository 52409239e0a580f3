import type { PasswordStrength } from '../crypto/password-rules.js';
import type { Text } from '../locales/message.js';
import type { FactorName } from '../protocol/factors.js';
import type { BrandedPage, Form } from './form-models.js';
import type { PageLink } from './links.js';

/* The pages on which people sign in. */

/** The hidden fields of a sign-in that say what it is for. */
export interface PurposeFields {
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
  /** The client whose request cannot go on, sealed. */
  readonly back?: string;
  /** The page of the account that comes next, by its name. */
  readonly to?: string;
  /** Somebody's identity at an upstream that is linked once they have signed in, sealed. */
  readonly link?: string;
}

/** Why the last attempt failed. */
export interface FailedAttempt {
  /** A sentence for the resource owner. */
  readonly error?: Text;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
  /** How strong a refused new password is. */
  readonly strength?: PasswordStrength;
}

/** A form whose script asks the browser for a passkey. */
export interface PasskeyForm {
  /** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.1.9), as JSON. */
  readonly options: string;
  /** The challenge, sealed; goes into the hidden field `challenge`. */
  readonly challenge: string;
}

export interface SignInPage extends Form, PurposeFields, FailedAttempt, BrandedPage {
  /** Where people may sign in instead. */
  readonly upstreams?: readonly { readonly alias: string; readonly name: Text }[];
  /** Whether some people find where they sign in by their e-mail address. */
  readonly asksAddress?: boolean;
  /** Whether people sign in without a password. */
  readonly withoutPassword?: boolean;
  readonly passkey?: PasskeyForm;
  /** The nonce of the script that asks for the passkey. */
  readonly scriptNonce?: string;
  /** The client that sent the resource owner here, if any. */
  readonly clientName?: Text | undefined;
  /** Whether a verified e-mail address does instead of the username. */
  readonly withEmail?: boolean;
  readonly policyUri?: Text | undefined;
  readonly tosUri?: Text | undefined;
  /** Whether the person can make an account. */
  readonly canSignUp?: boolean;
  /** Whether the person can ask for a new password. */
  readonly canRecover?: boolean;
  /** Whether the person can return to the client without signing in. */
  readonly canReturn?: boolean;
  /** Where the person can go instead. */
  readonly links?: readonly PageLink[];
  /** Whether the box “Keep me signed in” is ticked; absent if it is not offered. */
  readonly keep?: boolean;
  /** A sentence about what happened before. */
  readonly notice?: Text;
  /** Prefilled: the login_hint, or the input of the failed attempt. */
  readonly username?: string;
}

/** A page between the first factor and the session. */
export interface ProgressPage extends Form, PurposeFields, FailedAttempt, BrandedPage {
  /** The sealed sign-in under way; goes into the hidden field `progress`. */
  readonly progress: string;
  /** Who signs in. */
  readonly username: string;
}

export interface NewPasswordPage extends ProgressPage {
  /** The directory whose password is changed, with the present one; that of this server is if undefined. */
  readonly directory?: string | undefined;
}

export interface FurtherFactorPage extends ProgressPage {
  readonly factor: FactorName;
  /** The other factors that would do. */
  readonly others: readonly FactorName[];
  /** The code that was mailed; absent if none could be. */
  readonly mailedCode?: {
    /** As much of the address as is shown. */
    readonly to: string;
    /** Whether an earlier one does not count any more. */
    readonly isAnother?: boolean;
  };
  readonly passkey?: PasskeyForm;
  readonly scriptNonce?: string;
}

export interface KeepAccountPage extends ProgressPage {
  /** When the account is deleted. */
  readonly dueAt: Date;
}

/** Leads to an upstream by itself, and by a link. */
export interface GoOnPage {
  readonly upstream: Text;
  /** The URL there. */
  readonly onwards: string;
  /** What for, if not to sign in there. */
  readonly purpose?: 'sign-out' | 'application';
}

/** What these pages show, by the names of their templates. */
export interface SignInPages {
  /** Offers to keep an account that is about to be deleted; posts to `/login/keep-account`. */
  readonly 'keep-account': KeepAccountPage;
  /** Asks for username and password; posts to `/login`, or to `/login/cancel` to return to the client. */
  readonly 'sign-in': SignInPage;
  /** Leads to an upstream. */
  readonly 'go-on': GoOnPage;
  /** Asks for a second factor; posts to `/login`, or to `/login/factor` for another one. */
  readonly 'further-factor': FurtherFactorPage;
  /** Asks for another password in place of one that must be changed; posts to `/login/new-password`. */
  readonly 'new-password': NewPasswordPage;
}
