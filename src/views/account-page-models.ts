import type { Text } from '../locales/message.js';
import type { NamedScope } from './consent-page-models.js';
import type { Form } from './form-models.js';

/* The pages on which people look after their account. */

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

/** What these pages show, by the names of their templates. */
export interface AccountPages {
  /** Shows what was granted and which sessions are open, each with a form that ends it. */
  readonly account: AccountPage;
}
