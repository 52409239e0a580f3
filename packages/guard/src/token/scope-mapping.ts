/** Where an issuer puts the scopes of a token, and what the service calls them. */
export interface ScopeMapping {
  /**
   * The claim, or several that add up: `scp`, `permissions`, `realm_access.roles`. A dot leads into an object, unless
   * a claim has the whole name. Each is a list, or a string with blanks between the scopes. Default: `scope`.
   */
  claim?: string | readonly string[];
  /** Scopes of the issuer by what this service calls them; those that are not named keep their name. */
  names?: Readonly<Record<string, string | readonly string[]>>;
}
