import type { Text } from '../locales/message.js';
import type { Form } from './form-models.js';

/* The pages of the account about what happened in it, what is stored of it, and its end. */

/** Something that happened in the account of a person. */
export interface ActivityEntry {
  readonly at: Date;
  readonly what: Text;
  /** What of the account was changed, or what an application may do. */
  readonly details: readonly Text[];
  /** Who did it, if it was not the person. */
  readonly by?: Text | undefined;
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
}

export interface ActivityPage {
  readonly username: string;
  /** Newest first. */
  readonly entries: readonly ActivityEntry[];
  /** The cursors of the neighbouring pages, if there are any. */
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
  readonly timeZone?: string | undefined;
  /** The nonce of the script that shows times in the time zone of the browser. */
  readonly scriptNonce?: string;
}

export interface OwnDataPage extends Form {
  readonly username: string;
}

export interface AccountDeletionPage extends Form {
  readonly username: string;
  /** When the account would be deleted; absent for at once. */
  readonly dueAt?: Date | undefined;
  readonly timeZone?: string | undefined;
  /** Why the last attempt failed, as a sentence for the person. */
  readonly error?: Text;
}

export interface AccountClosedPage {
  readonly username: string;
  /** When the account is deleted; absent if it is already. */
  readonly dueAt?: Date | undefined;
  readonly timeZone?: string | undefined;
}

/** What these pages show, by the names of their templates. */
export interface OwnerPages {
  /** Shows what happened in the account. */
  readonly activity: ActivityPage;
  /** Has what is stored about the person downloaded; posts to `/account/data`. */
  readonly 'own-data': OwnDataPage;
  /** Asks for the username before the account is deleted; posts `username` to `/account/deletion`. */
  readonly 'account-deletion': AccountDeletionPage;
  /** Says that the account is closed or deleted. */
  readonly 'account-closed': AccountClosedPage;
}
