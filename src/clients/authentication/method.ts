import type { FastifyRequest } from 'fastify';
import type { Parameters } from '../../protocol/parameters.js';
import type { RegisteredClient } from '../registered-client.js';

/** What a request offers to authenticate a client with. */
export interface AuthenticationRequest {
  readonly authorization: string | undefined;
  readonly parameters: Parameters;
  /** The request itself, for what the connection proves. */
  readonly http: FastifyRequest;
}

/** Credentials found in a request. */
export interface PresentedCredentials {
  readonly clientId: string;
  /**
   * Whether they are the client's; what could be guessed must take as long when the client is unknown.
   * @throws OAuthError invalid_client where there is more to tell the administrator
   */
  verify(client: RegisteredClient | undefined): boolean | Promise<boolean>;
}

/** A client authentication method: one file each, listed in `client-authenticator.ts`. */
export interface ClientAuthenticationMethod {
  /** Its name in the registry of RFC 7591 §4.2 (`token_endpoint_auth_method`). */
  readonly name: string;
  /**
   * The credentials, or undefined when the request does not use this method.
   * @throws OAuthError when it uses it in a malformed way
   */
  find(request: AuthenticationRequest): PresentedCredentials | undefined;
}

/** A method by which a request says no more than `client_id`: that it is this one, only the client's registration tells. */
export interface UnspokenMethod {
  readonly name: string;
  /**
   * Whether the request comes from the client.
   * @throws OAuthError invalid_client where there is more to tell the administrator
   */
  verify(client: RegisteredClient, request: AuthenticationRequest): boolean | Promise<boolean>;
}
