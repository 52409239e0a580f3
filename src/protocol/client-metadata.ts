/** RFC 8628 §3.4 */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code';
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  deviceCodeGrantType,
] as const;
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const;
export const idTokenAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export const accessTokenFormats = ['jwt', 'opaque'] as const;

/** Whether clients with this method have a secret. */
export const usesSecret = (method: string): boolean => method.startsWith('client_secret_');
