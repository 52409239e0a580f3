import type { RegisteredClient } from '../../clients/registered-client.js';
import type { TokenGrantType } from '../../protocol/client-metadata.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import type { Parameters } from '../../protocol/parameters.js';
import type { IssuedTokens } from '../mint/token-response.js';

/** A token request of an authenticated client that may use the grant type. */
export interface TokenRequest {
  readonly client: RegisteredClient;
  readonly parameters: Parameters;
  /** The key or certificate to which the tokens are bound; absent for bearer tokens. */
  readonly confirmation?: Confirmation;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A grant type: one file, and one line in `grant-types.ts`. */
export interface GrantType {
  /** Its name, as sent in `grant_type`. */
  readonly name: TokenGrantType;
  /** The parameters of this grant type, besides those of every token request. */
  readonly parameters: readonly string[];
  /**
   * Exchanges a code, a token or the client's credentials for tokens.
   * @throws OAuthError with the codes of RFC 6749 §5.2
   */
  exchange(request: TokenRequest): Promise<IssuedTokens>;
}
