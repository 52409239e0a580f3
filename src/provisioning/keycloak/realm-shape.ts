import type { Shape } from './shape.js';

const texts: Shape = { list: 'text' };
const clientRoles: Shape = { map: texts };
const named: Shape = { list: { members: { name: 'text' } } };
const role: Shape = {
  members: {
    name: 'text',
    description: 'text',
    composite: 'flag',
    composites: { members: { realm: texts, client: clientRoles } },
  },
};
// Their values are not read.
const manyValued: Shape = { map: 'any' };
const group: Shape = {
  members: {
    name: 'text',
    path: 'text',
    subGroups: { list: () => group },
    attributes: manyValued,
    realmRoles: texts,
    clientRoles,
  },
};
const client: Shape = {
  members: {
    clientId: 'text',
    name: 'text',
    enabled: 'flag',
    protocol: 'text',
    clientAuthenticatorType: 'text',
    secret: 'text',
    publicClient: 'flag',
    bearerOnly: 'flag',
    consentRequired: 'flag',
    standardFlowEnabled: 'flag',
    implicitFlowEnabled: 'flag',
    directAccessGrantsEnabled: 'flag',
    serviceAccountsEnabled: 'flag',
    authorizationServicesEnabled: 'flag',
    frontchannelLogout: 'flag',
    fullScopeAllowed: 'flag',
    authenticationFlowBindingOverrides: { map: 'text' },
    rootUrl: 'text',
    redirectUris: texts,
    attributes: { map: 'text' },
    protocolMappers: named,
    defaultClientScopes: texts,
    optionalClientScopes: texts,
  },
};
const user: Shape = {
  members: {
    username: 'text',
    enabled: 'flag',
    email: 'text',
    emailVerified: 'flag',
    firstName: 'text',
    lastName: 'text',
    attributes: manyValued,
    credentials: { list: { members: { type: 'text', secretData: 'text', credentialData: 'text' } } },
    requiredActions: texts,
    federatedIdentities: { list: { members: { identityProvider: 'text' } } },
    federationLink: 'text',
    serviceAccountClientId: 'text',
    realmRoles: texts,
    clientRoles,
    groups: texts,
  },
};

/** The shape of `Realm`: what is not declared here is not read. */
export const realmShape: Shape = {
  members: {
    realm: 'text',
    clients: { list: client },
    clientScopes: { list: { members: { name: 'text', description: 'text' } } },
    roles: { members: { realm: { list: role }, client: { map: { list: role } } } },
    groups: { list: group },
    users: { list: user },
    identityProviders: { list: { members: { alias: 'text' } } },
    organizations: named,
    components: { map: named },
  },
};
