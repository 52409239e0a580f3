import type { Text } from '../locales/message.js';
import type { FactorName } from '../protocol/factors.js';
import type { BrandedPage, Form } from './form-models.js';
import type { ProgressPage, PurposeFields } from './sign-in-page-models.js';

/* The pages on which people set up, see and remove what they sign in with. */

/** A second factor that can be set up. */
export type EnrollableFactor = 'passkey' | 'one-time-code';

/** A choice of what to set up. */
export interface EnrolmentPage extends ProgressPage {
  readonly offered: readonly EnrollableFactor[];
}

/** Where the form of a page for setting something up posts to: at a sign-in, or in the account. */
export interface EnrolmentForm extends Form, PurposeFields, BrandedPage {
  readonly action: string;
  /** The sealed sign-in under way; absent in the account. */
  readonly progress?: string;
  readonly username: string;
  /** Why the last answer was refused, as a sentence for the resource owner. */
  readonly error?: Text;
}

export interface OneTimeCodeSetUpPage extends EnrolmentForm {
  /** The sealed secret; goes into the hidden field `enrolment`. */
  readonly enrolment: string;
  /** The secret in base32, in groups of four. */
  readonly secret: string;
  /** The QR code of the secret: how many modules are on a side, and the path of the dark ones. */
  readonly qrCode: { readonly size: number; readonly path: string };
}

export interface PasskeySetUpPage extends EnrolmentForm {
  /** PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.1.8), as JSON. */
  readonly options: string;
  /** The challenge, sealed; goes into the hidden field `challenge`. */
  readonly challenge: string;
  readonly scriptNonce: string;
}

/** New recovery codes, which are shown once. */
export interface RecoveryCodesPage extends EnrolmentForm {
  readonly codes: readonly string[];
}

/** A passkey in the list of its owner. */
export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  readonly lastUsed?: Date;
}

/** What somebody signs in with. */
export interface SecurityPage extends Form {
  readonly username: string;
  /** Whether there is a password; absent if people do not sign in with passwords. */
  readonly hasPassword?: boolean;
  readonly passkeys: readonly ListedPasskey[];
  /** Whether each can be set up. */
  readonly offered: readonly FactorName[];
  /** The authenticator app; absent if there is none. */
  readonly authenticator?: { readonly since: Date; readonly lastUsed?: Date };
  /** How many recovery codes are unused. */
  readonly recoveryCodes: number;
  /** Whether a code is mailed at a sign-in, since nothing else is set up. */
  readonly getsEmailCodes?: boolean;
  /** Accounts at upstreams. */
  readonly identities?: readonly {
    readonly id: string;
    readonly upstream: Text;
    /** What the person calls the account there. */
    readonly label: string;
    readonly since: Date;
    readonly lastUsed?: Date;
  }[];
  /** The upstreams at which another account can be linked. */
  readonly linkable?: readonly { readonly alias: string; readonly name: Text }[];
  readonly timeZone?: string;
  /** A sentence about what was just done. */
  readonly notice?: Text;
}

/** What these pages show, by the names of their templates. */
export interface FactorPages {
  /** Asks which second factor to set up; posts `factor` to `/login/set-up`. */
  readonly enrolment: EnrolmentPage;
  /** Shows the secret of an authenticator app, and asks for a first code. */
  readonly 'one-time-code-setup': OneTimeCodeSetUpPage;
  /** Has the browser make a passkey. */
  readonly 'passkey-setup': PasskeySetUpPage;
  /** Shows recovery codes. */
  readonly 'recovery-codes': RecoveryCodesPage;
  /** Shows what somebody signs in with, with forms that change it. */
  readonly security: SecurityPage;
}
