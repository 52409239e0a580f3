import type { Form, InteractionForm } from './form-models.js';
import type { MailedPages } from './mailed-page-models.js';

export interface SignInPage extends Form {
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
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
  /** The client whose request cannot go on, sealed; goes into the hidden field `back`. */
  readonly back?: string;
  /** Where the person can go instead. */
  readonly links?: readonly PageLink[];
  /** Whether the box “Keep me signed in” is ticked; absent if it is not offered. */
  readonly keep?: boolean;
  /** A sentence about what happened before. */
  readonly notice?: string;
  /** Prefilled: the login_hint, or the input of the failed attempt. */
  readonly username?: string;
  /** Why the last attempt failed, as a sentence for the resource owner. */
  readonly error?: string;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface NewPasswordPage extends Form {
  /** The sealed authorization request, if there is one. */
  readonly interaction?: string;
  /** The client whose request cannot go on, sealed; goes into the hidden field `back`. */
  readonly back?: string;
  /** The sealed proof of the present password; goes into the hidden field `proof`. */
  readonly proof: string;
  /** Whose password it is, for password managers. */
  readonly username: string;
  /** Why the last password was refused, as a sentence for the resource owner. */
  readonly error?: string;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface NamedScope {
  readonly name: string;
  /** The scope's description: "Read your contacts". */
  readonly description: string;
}

export interface RequestedScope extends NamedScope {
  /** The name of the resource that it belongs to, if that is known. */
  readonly resource?: string;
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
  readonly scopes: readonly RequestedScope[];
}

export interface DevicePage extends Form {
  /** Prefilled: from the URL, or the input of the failed attempt. */
  readonly userCode?: string;
  /** Why the last attempt failed, as a sentence for the resource owner. */
  readonly error?: string;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface DeviceConfirmPage extends InteractionForm, ClientDescription {
  /** In the form that the device shows. */
  readonly userCode: string;
  readonly userName: string;
  readonly scopes: readonly RequestedScope[];
}

export interface SelectAccountPage extends InteractionForm {
  readonly clientName: string;
  /** Display name of the account that is signed in. */
  readonly userName: string;
  readonly username: string;
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
  readonly notice?: string;
}

/** An error that must not be answered by redirect. */
export interface ErrorPage {
  readonly title: string;
  /** The error code, for the client's developers. */
  readonly code: string;
  /** What happened, in one sentence. */
  readonly message: string;
  /** What the person can do, as a sentence; without it, to go back and try again. */
  readonly advice?: string;
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
  readonly label: string;
}

export interface DescribedLink extends PageLink {
  readonly description: string;
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
  readonly userName?: string;
}

export interface SignedOutPage {
  readonly clientName?: string;
  /** The proven post-logout redirection URI: the page goes there by itself once all frames are loaded. */
  readonly returnTo?: string;
  /** Whether the page only links there: the client registered itself, and nobody was signed in. */
  readonly needsClick?: boolean;
  /** The front-channel logout URIs of clients, loaded in hidden frames. */
  readonly frames?: readonly string[];
}

export interface MessagePage {
  readonly title: string;
  readonly text: string;
  readonly links?: readonly PageLink[];
}

/** Every page: what it shows, by the name of its template. */
export interface Pages extends MailedPages {
  /** Asks for username and password; posts to `/login`, or to `/login/cancel` to return to the client. */
  readonly 'sign-in': SignInPage;
  /** Asks for another password in place of one that must be changed; posts to `/login/new-password`. */
  readonly 'new-password': NewPasswordPage;
  /** Asks which scopes the client may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/consent`. */
  readonly consent: ConsentPage;
  /** Asks for the code that a device shows; posts `user_code` to `/device`. */
  readonly device: DevicePage;
  /** Asks which scopes the device may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/device/confirm`. */
  readonly 'device-confirm': DeviceConfirmPage;
  /** Asks whether to continue with the signed-in account; posts `choice` continue or other to `/select-account`. */
  readonly 'select-account': SelectAccountPage;
  /** Shows what was granted and which sessions are open, each with a form that ends it. */
  readonly account: AccountPage;
  /** Shows an error that is not sent to a client. */
  readonly error: ErrorPage;
  /** Carries an authorization response to the client by POST (OAuth 2.0 Form Post Response Mode, section 2). */
  readonly 'form-post': FormPostPage;
  /** The front page. */
  readonly home: HomePage;
  /** Asks before signing out; posts `decision` sign-out or stay to `/logout`. */
  readonly 'confirm-sign-out': ConfirmSignOutPage;
  /** The page after a sign-out. */
  readonly 'signed-out': SignedOutPage;
  /** A short message. */
  readonly message: MessagePage;
}

export type PageName = keyof Pages;
