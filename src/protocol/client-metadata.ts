/** RFC 8628 §3.4 */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8693 §2.1 */
export const tokenExchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** RFC 7523 §2.1 */
export const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** CIBA Core §4 */
export const backchannelGrantType = 'urn:openid:params:grant-type:ciba';
/** The names that `grant_types` may hold (RFC 7591 §2). */
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  deviceCodeGrantType,
  tokenExchangeGrantType,
  jwtBearerGrantType,
  backchannelGrantType,
] as const;
/** A grant type of the token endpoint. The tokens of the implicit grant come from the authorization endpoint (RFC 6749 §4.2). */
export type TokenGrantType = Exclude<(typeof grantTypes)[number], 'implicit'>;

/** The names that `token_endpoint_auth_method` may have (RFC 7591 §2, OIDC Core §9, RFC 8705 §2). */
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const;
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

/** How clients learn that a person has decided on their backchannel request (CIBA Core §5). Tokens are never pushed. */
export const deliveryModes = ['poll', 'ping'] as const;

export const idTokenAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export const accessTokenFormats = ['jwt', 'opaque'] as const;

/** Whether clients with this method have a secret. */
export const usesSecret = (method: string): boolean => method.startsWith('client_secret_');
