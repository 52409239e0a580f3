/**
 * The minimum length of a new client secret in characters. Generated ones have 43. "the authorization server MUST protect any endpoint
 * utilizing it against brute force attacks" (RFC 6749 §2.3.1), and a key of HS256 has 256 bits or more (RFC 7518 §3.2).
 */
export const minClientSecretLength = 32;

/** Whether a secret is so short that it may be guessed. Clients that were registered earlier may have such secrets. */
export const isGuessable = (secret: string): boolean => secret.length < minClientSecretLength;
