import type { RegisteredClient } from '../../clients/registered-client.js';
import type { TokenGrantType } from '../../protocol/client-metadata.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import type { Parameters } from '../../protocol/parameters.js';
import type { TokenResponse } from '../mint/token-response.js';

/** A token request whose client has proven itself and may use the grant type. */
export interface TokenRequest {
  readonly client: RegisteredClient;
  readonly parameters: Parameters;
  /** The key and the certificate that the sender proved to have, to which the tokens are to be bound; absent for plain bearer tokens. */
  readonly confirmation?: Confirmation;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A grant type: one file, and one line in `grant-types.ts`. */
export interface GrantType {
  /** Its name, as sent in `grant_type`. */
  readonly name: TokenGrantType;
  /** Its parameters beside those of every token request. */
  readonly parameters: readonly string[];
  /** @throws OAuthError as RFC 6749 §5.2 */
  exchange(request: TokenRequest): Promise<TokenResponse>;
}
