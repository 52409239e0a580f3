import type { RegisteredClient } from '../clients/registered-client.js';
import type { Answer } from '../interaction/interaction-answers.js';
import type { AuthorizationDetail } from '../protocol/authorization-details.js';
import type { AskedAcr } from '../protocol/acr.js';
import type { ClaimsRequest } from '../protocol/claims-request.js';
import type { OAuthError } from '../protocol/errors.js';
import type { AskedOrganization } from '../protocol/organization.js';
import type { Parameters } from '../protocol/parameters.js';
import type { Prompt } from '../protocol/prompt.js';
import type { ResponseMode } from '../protocol/response-mode.js';
import type { ResponseType } from '../protocol/response-type.js';

/** A request as it was received. */
export interface ReceivedRequest {
  readonly parameters: Parameters;
}

/** A client that may send requests; what it sent has not been read yet. */
export interface AskingClient {
  readonly client: RegisteredClient;
}

/** A request of a known client. */
export interface ClientRequest extends ReceivedRequest, AskingClient {}

/** What a pushed request was answered with a moment ago. */
export interface PushedAnswer {
  readonly answer: Answer;
  /** The token hash of the session that got it; absent for an error. */
  readonly sessionHash?: string;
}

/** A request whose parameters were found: as they were sent, as they were pushed, or in a request object. */
export interface RequestSource extends ReceivedRequest {
  /** The parameters that lead to the same request again. They travel through our pages. */
  readonly travelling: Parameters;
  /** The lookup hash of the request_uri of a pushed request. A response uses the pushed request up. */
  readonly pushed: string | undefined;
  /** The answer of a pushed request that arrives a second time at once. */
  readonly answered?: PushedAnswer;
  /** Whether a request object was verified (RFC 9101). */
  readonly signed: boolean;
  /** The error of an invalid request object. It is sent once the client and its redirection URI are proven. */
  readonly problem?: OAuthError;
}

/** A request whose client is known, but not yet where the response may be sent. */
export interface IdentifiedRequest extends RequestSource, ClientRequest {}

/** A request whose client and redirection URI are proven. Only this may be answered by redirect. */
export interface ProvenRequest extends IdentifiedRequest {
  readonly redirectUri: string;
  /** Whether the request contained the redirection URI. */
  readonly redirectUriSent: boolean;
  readonly state: string | undefined;
  readonly responseMode: ResponseMode;
}

/** A proven request with a response type that its client may use. */
export interface TypedRequest extends ProvenRequest {
  readonly responseType: ResponseType;
}

/** A request of a known client, with the authorization details that the resource owner is asked for (RFC 9396). */
export interface DetailedRequest extends ClientRequest {
  readonly authorizationDetails: readonly AuthorizationDetail[];
}

/** A request with the scopes that the resource owner is asked for, and the authorization details. */
export interface ScopedRequest extends TypedRequest, DetailedRequest {
  readonly claims: ClaimsRequest;
  readonly scopes: readonly string[];
  /** The organization for which the client wants to act; undefined if for none. */
  readonly organization: AskedOrganization | undefined;
}

/** A request that passed every check. */
export interface AuthorizationRequest extends ScopedRequest {
  /** The resources that the grant is limited to (RFC 8707); null if the scopes alone decide. */
  readonly resources: readonly string[] | null;
  readonly codeChallenge: string | undefined;
  /** The thumbprint of the key that the code is bound to (RFC 9449 §10). */
  readonly dpopJkt: string | undefined;
  readonly nonce: string | undefined;
  readonly prompts: ReadonlySet<Prompt>;
  /** The greatest age of the sign-in, in seconds. */
  readonly maxAge: number | undefined;
  /** What is asked of the context class, as far as it can be reached here. */
  readonly acr: AskedAcr;
  /** The subject of the id_token_hint. */
  readonly hintedSubject: string | undefined;
}

/** A device authorization request that passed every check (RFC 8628 §3.1). */
export interface DeviceAuthorizationRequest extends DetailedRequest {
  readonly scopes: readonly string[];
}

/** A backchannel authentication request with the scopes that the person is asked for. */
export interface ScopedBackchannelRequest extends DetailedRequest, Pick<ScopedRequest, 'organization'> {
  readonly scopes: readonly string[];
  readonly claims: ClaimsRequest;
}

/** By what a backchannel authentication request names the person: exactly one (CIBA Core §7.1). */
export type PersonHint =
  | { readonly loginHint: string }
  /** The claims of an ID token that was issued to the client. */
  | { readonly subject: string; readonly sessionId: string | undefined };

/** A backchannel authentication request that passed every check (CIBA Core §7.2). */
export interface BackchannelAuthenticationRequest
  extends ScopedBackchannelRequest, Pick<AuthorizationRequest, 'resources' | 'maxAge' | 'acr'> {
  readonly hint: PersonHint;
  readonly bindingMessage: string | undefined;
  /** Seconds. */
  readonly requestedExpiry: number | undefined;
  /** The bearer token of pings to the client; undefined if it gets none. */
  readonly notificationToken: string | undefined;
}
