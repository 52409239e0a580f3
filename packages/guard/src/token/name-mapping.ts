/** The claims in which an issuer puts names, and the service's own names for them. */
export interface NameMapping {
  /**
   * The claim with the names, or several whose names are combined: `scp`, `permissions`, `realm_access.roles`. A dot means a member of
   * an object, unless a claim has the whole name.
   */
  claim?: string | readonly string[];
  /** The service's name, or names, for each name of the issuer. Other names are kept. */
  names?: Readonly<Record<string, string | readonly string[]>>;
}

/** Where an issuer puts scopes: in a list, or in a string separated by spaces. By default, as its profile says. */
export type ScopeMapping = NameMapping;

/** Where an issuer puts roles: in a list, or in a string with one role. By default, as its profile says. */
export type RoleMapping = NameMapping;
