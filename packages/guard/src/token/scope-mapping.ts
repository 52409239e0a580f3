/** The claims in which an issuer puts scopes, and the service's names for them. */
export interface ScopeMapping {
  /**
   * The claim with the scopes, or several whose scopes are combined: `scp`, `permissions`, `realm_access.roles`. A dot means a member
   * of an object, unless a claim has the whole name. The value is a list, or a string separated by spaces. Default: `scope`.
   */
  claim?: string | readonly string[];
  /** The service's name, or names, for each scope of the issuer. Other scopes keep their name. */
  names?: Readonly<Record<string, string | readonly string[]>>;
}
