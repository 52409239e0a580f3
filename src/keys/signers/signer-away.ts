import { OAuthError } from '../../protocol/errors.js';

const retryAfterSeconds = 5;

/** What holds the keys cannot sign at present: "currently unable to handle the request" (RFC 6749 §4.1.2.1). */
export class SignerAwayError extends OAuthError {
  /** @param detail what it said, for the log and the administrator */
  constructor(detail: string) {
    super('temporarily_unavailable', 'nothing can be signed at present: try again in a few seconds', {
      status: 503,
      retryAfter: retryAfterSeconds,
      detail,
    });
  }
}

/** The key is not where it should be: it was destroyed, or its token is another one. */
export class KeyGoneError extends SignerAwayError {}
