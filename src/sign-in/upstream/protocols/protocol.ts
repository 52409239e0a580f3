import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';

/** What is sent to an upstream, and what its answer is then checked against. */
export interface SentRequest {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** What a POST of another site has brought before, verified. It had no cookies. */
  readonly received?: UpstreamAnswer | undefined;
}

/** What is sent to an upstream at which a session is to end. */
export interface SentSignOut {
  /** The name of the request at the upstream. */
  readonly id: string;
  /** Comes back with the answer. */
  readonly state: string;
  /** Where the browser comes back to by OpenID Connect. */
  readonly returnUri: string;
}

/** What is asked of an upstream beside who it is. */
export interface AskedOfUpstream {
  /** Whether the person must sign in anew there (`prompt=login`). */
  readonly fresh: boolean;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly loginHint?: string | undefined;
  /** Language tags, separated by spaces. */
  readonly languages?: string | undefined;
}

/** A form that the browser posts to an upstream. */
export interface PostedForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** How the browser goes to an upstream. */
export type WayToUpstream = URL | PostedForm;

/** How people prove who they are at an upstream of one kind. Another one is its file and its line in `protocols.ts`. */
export interface UpstreamProtocol {
  readonly name: string;
  /**
   * How the browser goes there.
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  begin(upstream: LoadedUpstream, request: SentRequest, asked: AskedOfUpstream): Promise<WayToUpstream>;
  /**
   * Who it is, from the answer that the browser brings.
   * @param url of the callback, with the parameters of the answer
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  finish(upstream: LoadedUpstream, request: SentRequest, url: URL): Promise<UpstreamAnswer>;
  /**
   * How the browser goes there to end the session there.
   * @param handle of the session, as an answer had it
   * @returns undefined if the upstream has no such way
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  signOut?(upstream: LoadedUpstream, handle: object, sent: SentSignOut): Promise<WayToUpstream | undefined>;
}

/** An upstream that does not answer, or not as it should: nobody's fault who wants to sign in there. */
export class UpstreamAwayError extends Error {
  override readonly name = 'UpstreamAwayError';

  /** @param isObserved whether this server has seen it itself; false for what a browser has brought */
  constructor(
    message: string,
    readonly isObserved = true,
  ) {
    super(message);
  }
}

/** Why an answer is not accepted. */
export type RefusalReason =
  /** The upstream says that the person did not sign in. */
  | 'denied'
  /** The answer is not one to this request, or does not verify. */
  | 'bad_answer'
  /** The person did not sign in anew, though that was asked for. */
  | 'stale'
  /** A required claim is missing, or has another value. */
  | 'not_admitted'
  /** Nobody here is that person. */
  | 'no_account'
  /** The user may not sign in. */
  | 'disabled'
  /** The identity is linked to somebody else. */
  | 'taken'
  /** The answer is one to no request, and the upstream may not begin sign-ins. */
  | 'unsolicited'
  /** The request is unknown here, or belongs to another upstream. */
  | 'unknown_request'
  | 'expired'
  | 'replayed'
  | 'other_browser';

/** An answer that is not accepted. The message is for the log and the administrator. */
export class UpstreamRefusal extends Error {
  override readonly name = 'UpstreamRefusal';

  constructor(
    readonly reason: RefusalReason,
    detail: string,
  ) {
    super(detail);
  }
}
