import type { Text } from '../locales/message.js';
import type { AccountPages } from './account-page-models.js';
import type { ConsentPages } from './consent-page-models.js';
import type { FactorPages } from './factor-page-models.js';
import type { Form } from './form-models.js';
import type { PageLink } from './links.js';
import type { MailedPages } from './mailed-page-models.js';
import type { OwnerPages } from './owner-page-models.js';
import type { SignInPages } from './sign-in-page-models.js';

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
  readonly clientName?: Text | undefined;
  /** The name of the upstream to which it leads. */
  readonly upstream?: Text;
  /** Whether it leads to an endpoint of ours. */
  readonly isOwn?: boolean;
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
  readonly clientName?: Text | undefined;
  /** Whose session ends; absent if no account is the current one. */
  readonly userName?: string | undefined;
  /** The other accounts that are signed in in this browser. */
  readonly others?: readonly string[];
}

export interface SignedOutPage {
  /** Whether other accounts are still signed in in this browser. */
  readonly hasOthers?: boolean;
  readonly clientName?: Text | undefined;
  /** The proven post-logout redirection URI: the page goes there by itself once all frames are loaded. */
  readonly returnTo?: string;
  /** Whether the page only links there: the client registered itself, and nobody was signed in. */
  readonly needsClick?: boolean;
  /** The name of an upstream at which the person is signed out next. */
  readonly upstream?: Text;
  /** The front-channel logout URIs of clients, loaded in hidden frames. */
  readonly frames?: readonly string[];
}

export interface MessagePage {
  readonly title: Text;
  readonly text: Text;
  readonly links?: readonly PageLink[];
}

/** Every page: what it shows, by the name of its template. */
export interface Pages extends AccountPages, ConsentPages, FactorPages, MailedPages, OwnerPages, SignInPages {
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
