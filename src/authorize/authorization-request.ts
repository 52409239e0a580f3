import type { RegisteredClient } from '../clients/registered-client.js';
import type { ClaimsRequest } from '../protocol/claims-request.js';
import type { OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import type { Prompt } from '../protocol/prompt.js';
import type { ResponseMode } from '../protocol/response-mode.js';

/** Where the parameters of a request come from. */
export interface RequestSource {
  /** The parameters that count. */
  readonly parameters: Parameters;
  /** What leads to them again, and travels through the pages. */
  readonly travelling: Parameters;
  /** The lookup hash of the request_uri, when the request was pushed: an answer uses it up. */
  readonly pushed: string | undefined;
  /** Whether a request object was verified (RFC 9101). */
  readonly signed: boolean;
  /** Why the request object was refused: the answer to the request, once there is somebody to answer. */
  readonly problem?: OAuthError;
}

/** A request whose client and redirection URI are proven: only this may be answered by redirect. */
export interface ProvenRequest extends RequestSource {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  /** Whether the request named the redirection URI itself. */
  readonly redirectUriSent: boolean;
  readonly state: string | undefined;
  readonly responseMode: ResponseMode;
}

/** A request that passed every check. */
export interface AuthorizationRequest extends ProvenRequest {
  readonly scopes: readonly string[];
  /** The resources to which what is granted is limited (RFC 8707); null where the scopes alone decide. */
  readonly resources: readonly string[] | null;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  readonly prompts: ReadonlySet<Prompt>;
  /** Seconds since the last sign-in that are still good enough. */
  readonly maxAge: number | undefined;
  readonly claims: ClaimsRequest;
  /** The user that the id_token_hint names. */
  readonly hintedSubject: string | undefined;
}
