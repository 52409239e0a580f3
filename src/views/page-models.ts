import type { Text } from '../locales/message.js';
import type { FactorName } from '../protocol/factors.js';
import type { Form, InteractionForm } from './form-models.js';
import type { MailedPages } from './mailed-page-models.js';

/** The hidden fields of a sign-in that say what it is for. */
export interface PurposeFields {
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
  /** The client whose request cannot go on, sealed. */
  readonly back?: string;
  /** The page of the account that comes next, by its name. */
  readonly to?: string;
}

/** Why the last attempt failed. */
export interface FailedAttempt {
  /** A sentence for the resource owner. */
  readonly error?: Text;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

/** A form whose script asks the browser for a passkey. */
export interface PasskeyForm {
  /** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.1.9), as JSON. */
  readonly options: string;
  /** The challenge, sealed; goes into the hidden field `challenge`. */
  readonly challenge: string;
}

export interface SignInPage extends Form, PurposeFields, FailedAttempt {
  /** Whether people sign in with a passkey alone. */
  readonly withoutPassword?: boolean;
  readonly passkey?: PasskeyForm;
  /** The nonce of the script that asks for the passkey. */
  readonly scriptNonce?: string;
  /** The client that sent the resource owner here, if any. */
  readonly clientName?: string;
  /** Whether a verified e-mail address does instead of the username. */
  readonly withEmail?: boolean;
  readonly policyUri?: string;
  readonly tosUri?: string;
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
export interface ProgressPage extends Form, PurposeFields, FailedAttempt {
  /** The sealed sign-in under way; goes into the hidden field `progress`. */
  readonly progress: string;
  /** Who signs in. */
  readonly username: string;
}

export type NewPasswordPage = ProgressPage;

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

/** A second factor that can be set up. */
export type EnrollableFactor = 'passkey' | 'one-time-code';

/** A choice of what to set up. */
export interface EnrolmentPage extends ProgressPage {
  readonly offered: readonly EnrollableFactor[];
}

/** Where the form of a page for setting something up posts to: at a sign-in, or in the account. */
export interface EnrolmentForm extends Form, PurposeFields {
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
  readonly passkeys: readonly ListedPasskey[];
  /** Whether each can be set up. */
  readonly offered: readonly FactorName[];
  /** The authenticator app; absent if there is none. */
  readonly authenticator?: { readonly since: Date; readonly lastUsed?: Date };
  /** Whether a code is mailed at a sign-in, since nothing else is set up. */
  readonly getsEmailCodes?: boolean;
  /** How many recovery codes are unused. */
  readonly recoveryCodes: number;
  readonly timeZone?: string;
  /** A sentence about what was just done. */
  readonly notice?: Text;
}

export interface NamedScope {
  readonly name: string;
  /** The scope's description: "Read your contacts". */
  readonly description: Text;
}

export interface RequestedScope extends NamedScope {
  /** The name of the resource that it belongs to, if that is known. */
  readonly resource?: Text;
  /** Whether the resource owner cannot deselect it (openid). */
  readonly required: boolean;
  /** Whether the resource owner allowed it to this client before. */
  readonly remembered: boolean;
}

/** What a client says about itself. */
export interface ClientDescription {
  readonly clientName: string;
  /** Whether the client registered itself, so that nobody has checked what it says. */
  readonly registeredItself: boolean;
  readonly clientUri?: string;
  readonly logoUri?: string;
  readonly policyUri?: string;
  readonly tosUri?: string;
}

export interface ConsentPage extends InteractionForm, ClientDescription {
  /** Host (and port) of the proven redirection URI. */
  readonly redirectHost: string;
  readonly userName: string;
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly scopes: readonly RequestedScope[];
}

export interface DevicePage extends Form {
  /** Prefilled: from the URL, or the input of the failed attempt. */
  readonly userCode?: string;
  /** Why the last attempt failed, as a sentence for the resource owner. */
  readonly error?: Text;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface DeviceConfirmPage extends InteractionForm, ClientDescription {
  /** In the form that the device shows. */
  readonly userCode: string;
  readonly userName: string;
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly scopes: readonly RequestedScope[];
}

/** An account that is signed in in this browser. */
export interface HeldAccount {
  /** The id of its session; goes into the field `choice`. */
  readonly id: string;
  readonly userName: string;
  readonly username: string;
}

export interface SelectAccountPage extends Form, PurposeFields {
  /** The client that sent the resource owner here, if any. */
  readonly clientName?: string;
  readonly accounts: readonly HeldAccount[];
}

/** What the resource owner allowed a client, and since when. */
export interface GrantedAccess {
  readonly consentId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: readonly NamedScope[];
  readonly since: Date;
  readonly lastUsed?: Date;
}

export interface OpenSession {
  readonly id: string;
  /** Whether it is the session of this browser. */
  readonly current: boolean;
  readonly since: Date;
  readonly lastSeen: Date;
  /** The network address it was opened from. */
  readonly address?: string;
  /** The User-Agent header as received; the page shows a short form of it. */
  readonly userAgent?: string;
}

export interface AccountPage extends Form {
  readonly user: { readonly name: string; readonly username: string; readonly email?: string };
  /** Whether the person can verify and change the e-mail address. */
  readonly canChangeEmail?: boolean;
  readonly grants: readonly GrantedAccess[];
  readonly sessions: readonly OpenSession[];
  /** The time zone of the person (OIDC Core §5.1, `zoneinfo`), for browsers without JavaScript. */
  readonly timeZone?: string;
  /** The nonce of the script that shows times in the time zone of the browser. */
  readonly scriptNonce?: string;
  /** A sentence about what was just done. */
  readonly notice?: Text;
}

/** An error that must not be answered by redirect. */
export interface ErrorPage {
  readonly title: Text;
  /** The error code, for the client's developers. */
  readonly code: string;
  /** What happened, in one sentence; verbatim if it is for developers, in English. */
  readonly message: Text;
  /** What the person can do, as a sentence; without it, to go back and try again. */
  readonly advice?: Text;
  /** Where the person can go on. */
  readonly links?: readonly PageLink[];
  /** The CSRF token of a form that signs out here, if the page offers that. */
  readonly signOutToken?: string;
  /** The request id, by which an administrator looks the error up. */
  readonly reference?: string;
}

/** OAuth 2.0 Form Post Response Mode. */
export interface FormPostPage {
  /** The proven redirection URI, or an endpoint of ours. */
  readonly action: string;
  /** The parameters of the authorization response, or of a request that is sent again. */
  readonly fields: Readonly<Record<string, string>>;
  /** The script's nonce in the Content-Security-Policy. */
  readonly nonce: string;
  readonly clientName?: string;
  /** Whether it leads to an endpoint of ours. */
  readonly isOwn?: boolean;
}

export interface PageLink {
  /** A path on this server, or an absolute http(s) URL; anything else is shown as text. */
  readonly href: string;
  readonly label: Text;
}

export interface DescribedLink extends PageLink {
  readonly description: Text;
}

export interface HomePage {
  readonly issuer: string;
  readonly links: readonly DescribedLink[];
  /** Who is signed in, if anybody is. */
  readonly user?: { readonly name: string };
}

export interface ConfirmSignOutPage extends Form {
  /** The sealed logout request; goes into the hidden field `request`. */
  readonly request?: string;
  readonly clientName?: string;
  /** Whose session ends; absent if no account is the current one. */
  readonly userName?: string;
  /** The other accounts that are signed in in this browser. */
  readonly others?: readonly string[];
}

export interface SignedOutPage {
  readonly clientName?: string;
  /** The proven post-logout redirection URI: the page goes there by itself once all frames are loaded. */
  readonly returnTo?: string;
  /** Whether the page only links there: the client registered itself, and nobody was signed in. */
  readonly needsClick?: boolean;
  /** The front-channel logout URIs of clients, loaded in hidden frames. */
  readonly frames?: readonly string[];
  /** Whether other accounts are still signed in in this browser. */
  readonly hasOthers?: boolean;
}

export interface MessagePage {
  readonly title: Text;
  readonly text: Text;
  readonly links?: readonly PageLink[];
}

/** Every page: what it shows, by the name of its template. */
export interface Pages extends MailedPages {
  /** Asks for username and password; posts to `/login`, or to `/login/cancel` to return to the client. */
  readonly 'sign-in': SignInPage;
  /** Asks for a second factor; posts to `/login`, or to `/login/factor` for another one. */
  readonly 'further-factor': FurtherFactorPage;
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
  /** Asks for another password in place of one that must be changed; posts to `/login/new-password`. */
  readonly 'new-password': NewPasswordPage;
  /** Asks which scopes the client may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/consent`. */
  readonly consent: ConsentPage;
  /** Asks for the code that a device shows; posts `user_code` to `/device`. */
  readonly device: DevicePage;
  /** Asks which scopes the device may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/device/confirm`. */
  readonly 'device-confirm': DeviceConfirmPage;
  /** Asks with which account of the browser to continue; posts `choice`, one of their ids or `other`, to `/select-account`, or to `/account/switch` without a request. */
  readonly 'select-account': SelectAccountPage;
  /** Shows what was granted and which sessions are open, each with a form that ends it. */
  readonly account: AccountPage;
  /** Shows an error that is not sent to a client. */
  readonly error: ErrorPage;
  /** Carries an authorization response to the client by POST (OAuth 2.0 Form Post Response Mode, section 2). */
  readonly 'form-post': FormPostPage;
  /** The front page. */
  readonly home: HomePage;
  /** Asks before signing out; posts `decision` sign-out, sign-out-all or stay to `/logout`. */
  readonly 'confirm-sign-out': ConfirmSignOutPage;
  /** The page after a sign-out. */
  readonly 'signed-out': SignedOutPage;
  /** A short message. */
  readonly message: MessagePage;
}

export type PageName = keyof Pages;
