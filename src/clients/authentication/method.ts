import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.js';
import type { ClientAuthMethod } from '../../protocol/client-metadata.js';
import type { Parameters } from '../../protocol/parameters.js';
import type { RegisteredClient } from '../registered-client.js';

/** The parts of a request that can authenticate a client. */
export interface AuthenticationRequest {
  readonly authorization: string | undefined;
  readonly parameters: Parameters;
  /** The request itself, for its connection. */
  readonly http: FastifyRequest;
}

/** Credentials found in a request. */
export interface PresentedCredentials {
  readonly clientId: string;
  /**
   * Whether they are the client's. A secret takes as long to check if the client is unknown.
   * @throws OAuthError invalid_client with a detail for the administrator
   */
  verify(client: RegisteredClient | undefined): boolean | Promise<boolean>;
}

interface Method {
  /** Its name in the registry of RFC 7591 §4.2 (`token_endpoint_auth_method`). */
  readonly name: ClientAuthMethod;
  /** Whether the settings turn it on; always, if absent. */
  isOffered?(settings: Settings): boolean;
}

/** A method by which the request itself carries credentials. */
export interface PresentingMethod extends Method {
  /**
   * The credentials; undefined if the request does not use this method.
   * @throws OAuthError if it uses the method in a malformed way
   */
  find(request: AuthenticationRequest): PresentedCredentials | undefined;
}

/** A method by which the request carries no more than `client_id`. Only the client's registration says that it applies. */
export interface RecognisingMethod extends Method {
  /**
   * Whether the request comes from the client.
   * @throws OAuthError invalid_client with a detail for the administrator
   */
  recognises(client: RegisteredClient, request: AuthenticationRequest): boolean | Promise<boolean>;
}

/** A client authentication method: one file, and one line in `methods.ts`. */
export type AuthenticationMethod = PresentingMethod | RecognisingMethod;
