import type { Language, Text } from '../locales/message.js';
import type { DescribedDetail, NamedScope } from './consent-page-models.js';
import type { Form } from './form-models.js';
import type { FailedAttempt } from './sign-in-page-models.js';

/* The pages on which people look after their account. */

/** A scope that a client has. */
export interface GrantedScope extends NamedScope {
  /** Who allowed it in place of the resource owner; absent if they did so themselves. */
  readonly allowedBy?: 'administrator' | 'organization' | undefined;
}

/** What the resource owner allowed a client, and since when. */
export interface GrantedAccess {
  readonly consentId: string;
  readonly clientId: string;
  readonly clientName: Text;
  /** Whether it says that it is an agent, which acts on its own. */
  readonly isAgent: boolean;
  /** The display name of the organization for which the resource owner allowed it. */
  readonly organization?: string | undefined;
  readonly scopes: readonly GrantedScope[];
  /** The latest authorization details that were allowed (RFC 9396). */
  readonly details: readonly DescribedDetail[];
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

/** What an agent did at a resource within an hour, and how often. */
export interface AgentUse {
  readonly words: Text;
  readonly count: number;
  readonly last: Date;
}

/** A client that acts on its own. */
export interface AgentInSight {
  readonly clientId: string;
  readonly clientName: Text;
  /** Whether nothing is allowed it any more. */
  readonly isStopped: boolean;
  /** The latest first. */
  readonly uses: readonly AgentUse[];
}

/** A client that waits for the decision of the resource owner. */
export interface WaitingRequest {
  readonly id: string;
  readonly clientName: Text;
  readonly scopes: readonly NamedScope[];
  /** What the client shows too, to be compared. */
  readonly bindingMessage?: string;
  readonly since: Date;
}

export interface AccountPage extends Form {
  readonly user: { readonly name: string; readonly username: string; readonly email?: string };
  /** Whether the person can verify and change the e-mail address. */
  readonly canChangeEmail?: boolean;
  /** Whether people may delete their accounts. */
  readonly canDelete?: boolean;
  /** The open invitations into organizations, with the names of these. */
  readonly invitations: readonly { readonly id: string; readonly organization: string }[];
  /** What waits for a decision. */
  readonly waiting: readonly WaitingRequest[];
  readonly grants: readonly GrantedAccess[];
  /** Those of the person that act on their own, and those that did lately. */
  readonly agents: readonly AgentInSight[];
  /** The one that looks at the page, and those that were used last. */
  readonly sessions: readonly OpenSession[];
  /** Whether there are others than these. */
  readonly hasMoreSessions?: boolean;
  /** The time zone of the person (OIDC Core §5.1, `zoneinfo`), for browsers without JavaScript. */
  readonly timeZone?: string;
  /** The nonce of the script that shows times in the time zone of the browser. */
  readonly scriptNonce?: string;
  /** A sentence about what was just done. */
  readonly notice?: Text;
}

/** A form that changes the password, or sets a first one. */
export interface AccountPasswordPage extends Form, FailedAttempt {
  readonly username: string;
  readonly hasPassword: boolean;
  /** Whether the present password is asked for. */
  readonly asksPresent: boolean;
  /** Whether the box that ends the access of applications is ticked. */
  readonly endsGrants: boolean;
  /** Characters that a password needs at least. */
  readonly minLength: number;
  /** Where the password is changed, if not here: then there is no form. */
  readonly elsewhere?: Text | undefined;
}

/** One value of a list to choose from. */
export interface ProfileOption {
  readonly value: string;
  readonly label: Text;
  /** The language of the label, if it is not the one of the page. */
  readonly language?: Pick<Language, 'tag' | 'direction'>;
}

/** A member of the profile that its owner can change. */
export interface ProfileField {
  /** The name of the claim, and of the field. */
  readonly name: string;
  readonly label: Text;
  readonly hint?: Text;
  readonly value: string;
  /** What browsers may fill in (HTML, autofill detail tokens). */
  readonly autocomplete: string;
  /** The values to choose from; absent if it is typed. */
  readonly options?: readonly ProfileOption[];
  /** Whether several lines are typed. */
  readonly hasLines?: boolean;
  /** Whether the value was refused. */
  readonly isWrong: boolean;
}

/** What is known of somebody, with a form for what they can change. */
export interface ProfilePage extends Form {
  readonly username: string;
  /** The state of the account that the form shows. */
  readonly version: string;
  readonly members: readonly ProfileField[];
  /** What they cannot change themselves. */
  readonly fixed: readonly { readonly label: Text; readonly value: Text }[];
  /** Why nothing was saved, as a sentence for the person. */
  readonly error?: Text;
  /** A sentence about what was just done. */
  readonly notice?: Text | undefined;
}

/** What these pages show, by the names of their templates. */
export interface AccountPages {
  /** Shows what was granted and which sessions are open, each with a form that ends it. */
  readonly account: AccountPage;
  /** Shows the profile; posts its fields to `/account/profile`. */
  readonly profile: ProfilePage;
  /** Asks for a new password; posts it to `/account/password`. */
  readonly 'account-password': AccountPasswordPage;
}
