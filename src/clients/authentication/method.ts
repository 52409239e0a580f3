import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.js';
import type { ClientAuthMethod } from '../../protocol/client-metadata.js';
import type { Parameters } from '../../protocol/parameters.js';
import type { RegisteredClient } from '../registered-client.js';

/** The parts of a request that can authenticate a client. */
export interface AuthenticationRequest {
  readonly authorization: string | undefined;
  readonly parameters: Parameters;
  /** The HTTP request, for the certificate of its connection. */
  readonly http: FastifyRequest;
}

/** Credentials found in a request. */
export interface PresentedCredentials {
  readonly clientId: string;
  /** What the client_id is if no client has the one above: the same text without form-decoding. */
  readonly rawClientId?: string;
  /** Whether they are a secret that is short enough to be guessed. */
  readonly isGuessable?: boolean;
  /** Whether they are no more than a client_id, beside an empty secret. */
  readonly isEmpty?: boolean;
  /**
   * Whether these are the client's credentials. For an unknown client the check of a secret takes as long as for a wrong secret.
   * @throws OAuthError invalid_client with a detail for the administrator
   */
  verify(client: RegisteredClient | undefined): boolean | Promise<boolean>;
}

interface Method {
  /** The value of `token_endpoint_auth_method` (RFC 7591 §4.2). */
  readonly name: ClientAuthMethod;
  /** Whether the settings turn the method on. A method without this function is always on. */
  isOffered?(settings: Settings): boolean;
}

/** A method with credentials in the request itself. */
export interface PresentingMethod extends Method {
  /**
   * Finds the credentials.
   * @returns undefined if the request does not use this method
   * @throws OAuthError if the credentials are malformed
   */
  find(request: AuthenticationRequest): PresentedCredentials | undefined;
}

/** A method of requests that contain no more than `client_id`. It applies if the client is registered for it. */
export interface RecognisingMethod extends Method {
  /**
   * Whether the request comes from the client.
   * @throws OAuthError invalid_client with a detail for the administrator
   */
  recognises(client: RegisteredClient, request: AuthenticationRequest): boolean | Promise<boolean>;
}

/** A client authentication method: one file, and one line in `methods.ts`. */
export type AuthenticationMethod = PresentingMethod | RecognisingMethod;
