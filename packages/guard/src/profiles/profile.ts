/** What the access tokens of a product look like: a table of the places where products differ from RFC 9068 and from each other. */
export interface Profile {
  /** The accepted `typ` of the header, in lower case and without `application/`. `undefined` accepts tokens without one. */
  readonly types: readonly (string | undefined)[];
  /** The claims that must be present. */
  readonly required: readonly string[];
  /** The claims that may name the client. The first one with a text counts. */
  readonly client: readonly string[];
  /** The claims that may hold the audience. The first one that is present counts. */
  readonly audience: readonly string[];
  /** The claims with scopes. */
  readonly scopes: readonly string[];
  /** The claims with roles. `{audience}` stands for each audience of the service. */
  readonly roles: readonly string[];
  /** The claims that must have one of these values, since they tell access tokens from other tokens. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** An access token has at least one of these claims. An empty list demands none. */
  readonly signs: readonly string[];
  /** The claims that only other tokens have. */
  readonly foreign: readonly string[];
}

/**
 * The claims of ID tokens (OpenID Connect Core §2 and §3.3.2.11) and of logout tokens and other security events (RFC 8417 §2.2), which
 * access tokens do not have.
 */
export const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];
