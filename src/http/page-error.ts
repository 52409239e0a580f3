import type { FastifyReply } from 'fastify';
import type { Text } from '../locales/message.js';
import { inEnglish } from '../locales/translator.js';

/** A link that leads on from an error page. */
export interface ErrorPageLink {
  /** A path on this server, or an https URL; it may depend on the language. */
  readonly href: string | Text;
  readonly label: Text;
}

/** What an error page shows beside what happened. */
export interface PageErrorOptions {
  /** What was expected and what was received: for the log and the administrator. */
  readonly detail?: string;
  /** What the person can do, as a sentence; without it, to go back and try again. */
  readonly advice?: Text;
  /** Where the person can go on. */
  readonly links?: readonly ErrorPageLink[];
  /** Whether the page has a button that ends the session of this browser. */
  readonly offersSignOut?: boolean;
}

/** An error that is answered with a page. */
export class PageError extends Error {
  /**
   * @param title what has become of the request
   * @param text why, in one sentence; the log and the administrator see it in English
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: Text,
    readonly text: Text,
    readonly options: PageErrorOptions = {},
  ) {
    super(inEnglish(text));
    this.name = 'PageError';
  }

  /** The same error with further options. */
  with(options: PageErrorOptions): PageError {
    return new PageError(this.status, this.code, this.title, this.text, { ...this.options, ...options });
  }
}

/** What an error page shows. */
export interface ShownError extends Pick<PageErrorOptions, 'advice' | 'links'> {
  readonly title: Text;
  readonly code: string;
  readonly message: Text;
  /** By which an administrator finds the error; absent if nothing is kept of it. */
  readonly reference?: string;
  /** The CSRF token of the form that signs out here, if the page has one. */
  readonly signOutToken?: string;
}

/** Renders an error page. The views implement it: they stand in the same row, which this row must not import. */
export abstract class ErrorPages {
  abstract error(page: ShownError, reply: FastifyReply): string;
}
