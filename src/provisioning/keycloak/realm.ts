/*
 * The parts of a Keycloak 26 realm export that are read here, as `kc.sh export` and `partial-export` write them
 * (https://www.keycloak.org/docs-api/latest/rest-api/#RealmRepresentation). Every member may be missing.
 */

export interface Realm {
  readonly realm: string;
  readonly clients?: readonly RealmClient[];
  readonly clientScopes?: readonly { readonly name?: string; readonly description?: string }[];
  readonly roles?: {
    readonly realm?: readonly RealmRole[];
    readonly client?: Readonly<Record<string, readonly RealmRole[]>>;
  };
  readonly groups?: readonly RealmGroup[];
  readonly users?: readonly RealmUser[];
  readonly identityProviders?: readonly { readonly alias?: string }[];
  readonly organizations?: readonly { readonly name?: string }[];
  readonly components?: Readonly<Record<string, readonly { readonly name?: string }[]>>;
}

type Attributes<Value> = Readonly<Record<string, Value>>;
/** The names of roles by the client_id of their client. */
type ClientRoles = Readonly<Record<string, readonly string[]>>;

export interface RealmClient {
  readonly clientId?: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly protocol?: string;
  readonly clientAuthenticatorType?: string;
  readonly secret?: string;
  readonly publicClient?: boolean;
  readonly bearerOnly?: boolean;
  readonly consentRequired?: boolean;
  readonly standardFlowEnabled?: boolean;
  readonly implicitFlowEnabled?: boolean;
  readonly directAccessGrantsEnabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly authorizationServicesEnabled?: boolean;
  readonly frontchannelLogout?: boolean;
  /** Whether its tokens hold all roles of a person, not only those of its scope mappings. */
  readonly fullScopeAllowed?: boolean;
  readonly authenticationFlowBindingOverrides?: Attributes<string>;
  readonly rootUrl?: string;
  readonly redirectUris?: readonly string[];
  readonly attributes?: Attributes<string>;
  readonly protocolMappers?: readonly { readonly name?: string }[];
  readonly defaultClientScopes?: readonly string[];
  readonly optionalClientScopes?: readonly string[];
}

export interface RealmRole {
  readonly name?: string;
  readonly description?: string;
  readonly composite?: boolean;
  readonly composites?: { readonly realm?: readonly string[]; readonly client?: ClientRoles };
}

export interface RealmGroup {
  readonly name?: string;
  readonly path?: string;
  readonly subGroups?: readonly RealmGroup[];
  readonly attributes?: Attributes<unknown>;
  readonly realmRoles?: readonly string[];
  readonly clientRoles?: ClientRoles;
}

export interface RealmUser {
  readonly username?: string;
  readonly enabled?: boolean;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly firstName?: string;
  readonly lastName?: string;
  /** Each usually a list of texts. */
  readonly attributes?: Attributes<unknown>;
  readonly credentials?: readonly RealmCredential[];
  readonly requiredActions?: readonly string[];
  readonly federatedIdentities?: readonly { readonly identityProvider?: string }[];
  readonly federationLink?: string;
  readonly serviceAccountClientId?: string;
  readonly realmRoles?: readonly string[];
  readonly clientRoles?: ClientRoles;
  /** The paths of groups: `/company/writers`. */
  readonly groups?: readonly string[];
}

export interface RealmCredential {
  readonly type?: string;
  /** JSON in a text. */
  readonly secretData?: string;
  /** JSON in a text. */
  readonly credentialData?: string;
}

/** The clients that every realm has for itself. */
const ownClients: ReadonlySet<string | undefined> = new Set([
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
]);

export const isOwnClient = (clientId: string | undefined): boolean => ownClients.has(clientId);

/** Whether it is the composite role of what everybody has. */
export const isDefaultRole = (role: string | undefined): boolean =>
  role?.startsWith('default-roles-') === true;

/** Whether every realm has the role for itself. */
export const isOwnRole = (role: string | undefined): boolean =>
  role === undefined || ['offline_access', 'uma_authorization'].includes(role) || isDefaultRole(role);
