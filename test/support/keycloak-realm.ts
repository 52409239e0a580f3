import { pbkdf2Sync } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';

/** What argon2 hashes of Keycloak 26 cost by default. */
const cost = { memoryCost: 7_168, timeCost: 5, parallelism: 1, outputLen: 32 };

/** A password credential as Keycloak 26 exports it. */
export async function argon2Credential(password: string): Promise<object> {
  const salt = Buffer.from('a salt of 16 by.');
  const hash = await hashRaw(password, { ...cost, salt });
  return {
    id: 'd1dd5ba2-7fb1-4b6b-8f47-3d7a6d55e3c1',
    type: 'password',
    userLabel: 'My password',
    createdDate: 1_732_700_000_000,
    secretData: JSON.stringify({
      value: hash.toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData: JSON.stringify({
      hashIterations: cost.timeCost,
      algorithm: 'argon2',
      additionalParameters: {
        hashLength: ['32'],
        memory: ['7168'],
        type: ['id'],
        version: ['1.3'],
        parallelism: ['1'],
      },
    }),
  };
}

const pbkdf2Credential = {
  type: 'password',
  secretData: JSON.stringify({
    value: pbkdf2Sync('on computable numbers', 'salt of 16 bytes', 27_500, 64, 'sha512').toString('base64'),
    salt: Buffer.from('salt of 16 bytes').toString('base64'),
  }),
  credentialData: JSON.stringify({ hashIterations: 27_500, algorithm: 'pbkdf2-sha512' }),
};

const client = (clientId: string, members: object): object => ({
  id: `id of ${clientId}`,
  clientId,
  surrogateAuthRequired: false,
  enabled: true,
  alwaysDisplayInConsole: false,
  clientAuthenticatorType: 'client-secret',
  redirectUris: [],
  webOrigins: ['+'],
  notBefore: 0,
  bearerOnly: false,
  consentRequired: false,
  standardFlowEnabled: true,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  publicClient: false,
  frontchannelLogout: true,
  protocol: 'openid-connect',
  attributes: {},
  fullScopeAllowed: true,
  nodeReRegistrationTimeout: -1,
  defaultClientScopes: ['web-origins', 'acr', 'profile', 'roles', 'basic', 'email'],
  optionalClientScopes: ['address', 'phone', 'offline_access', 'organization', 'microprofile-jwt'],
  ...members,
});

export const shopSecret = 'S3cretOfTheShopThatKeycloakMade1';

/** A realm as `kc.sh export` of Keycloak 26 writes it, with something that goes and something that does not, of every kind. */
export const keycloakRealm = async (): Promise<object> => ({
  id: '3f5a53bc-91ac-4a93-b1b5-7f5d8c2b6e80',
  realm: 'example',
  displayName: 'Example ${company}',
  notBefore: 0,
  defaultSignatureAlgorithm: 'RS256',
  accessTokenLifespan: 300,
  sslRequired: 'external',
  roles: {
    realm: [
      { name: 'offline_access', description: '${role_offline-access}', composite: false, clientRole: false },
      { name: 'default-roles-example', description: '${role_default-roles}', composite: true },
      { name: 'editor', description: 'May change ${texts}', composite: false, clientRole: false },
      { name: 'chief', description: '', composite: true, composites: { realm: ['editor'] } },
    ],
    client: {
      shop: [{ name: 'clerk', description: 'Sells', composite: false, clientRole: true }],
      legacy: [{ name: 'user', composite: false, clientRole: true }],
      account: [{ name: 'view-profile', description: '${role_view-profile}', clientRole: true }],
    },
  },
  groups: [
    {
      id: 'g1',
      name: 'company',
      path: '/company',
      subGroups: [
        {
          id: 'g2',
          name: 'writers',
          path: '/company/writers',
          parentId: 'g1',
          subGroups: [],
          attributes: {},
          realmRoles: ['editor'],
          clientRoles: { shop: ['clerk'] },
        },
      ],
      attributes: { floor: ['3'] },
      realmRoles: [],
      clientRoles: {},
    },
    {
      id: 'g3',
      name: 'partners',
      path: '/partners',
      subGroups: [{ name: 'writers', path: '/partners/writers' }],
    },
  ],
  users: [
    {
      id: '7c9b6b70-0a84-4a41-9f4f-1a1f4d3f5c01',
      username: 'ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      emailVerified: true,
      enabled: true,
      attributes: { locale: ['en'], badge: ['42'] },
      createdTimestamp: 1_732_700_000_000,
      totp: true,
      credentials: [
        await argon2Credential('the analytical engine'),
        { type: 'otp', userLabel: 'phone', secretData: '{"value":"abc"}', credentialData: '{"digits":6}' },
      ],
      disableableCredentialTypes: [],
      requiredActions: [],
      realmRoles: ['default-roles-example', 'editor'],
      clientRoles: { account: ['view-profile'], shop: ['clerk'] },
      notBefore: 0,
      groups: ['/company/writers', '/partners/writers'],
    },
    {
      username: 'grace',
      email: 'grace@example.com',
      emailVerified: false,
      enabled: true,
      credentials: [await argon2Credential('nanoseconds of wire')],
      requiredActions: ['UPDATE_PASSWORD', 'CONFIGURE_TOTP'],
      realmRoles: ['default-roles-example'],
      groups: [],
    },
    {
      username: 'alan',
      enabled: true,
      credentials: [pbkdf2Credential],
      federatedIdentities: [{ identityProvider: 'github', userId: '1', userName: 'alan' }],
      realmRoles: ['default-roles-example', 'chief'],
    },
    {
      username: 'kurt',
      enabled: true,
      credentials: [
        {
          type: 'password',
          secretData: JSON.stringify({ value: 'x'.repeat(88), salt: 'c2FsdCBvZiAxNiBieXRlcw==' }),
          credentialData: JSON.stringify({ hashIterations: 5, algorithm: 'home-made' }),
        },
      ],
    },
    { username: 'mallory', enabled: false, credentials: [] },
    {
      username: 'service-account-shop',
      enabled: true,
      serviceAccountClientId: 'shop',
      realmRoles: ['default-roles-example', 'editor'],
    },
  ],
  clients: [
    client('account', { rootUrl: '${authBaseUrl}', publicClient: true }),
    client('shop', {
      name: 'The shop',
      rootUrl: 'https://shop.example.com',
      secret: shopSecret,
      redirectUris: ['/callback', 'https://shop.example.com/*'],
      serviceAccountsEnabled: true,
      directAccessGrantsEnabled: true,
      attributes: {
        'post.logout.redirect.uris': '+##https://shop.example.com/bye',
        'backchannel.logout.url': 'https://shop.example.com/logout',
        'client.secret.creation.time': '1732700000',
      },
      protocolMappers: [
        { name: 'department', protocolMapper: 'oidc-usermodel-attribute-mapper', config: {} },
      ],
      optionalClientScopes: ['offline_access', 'orders.read'],
    }),
    client('mobile', {
      publicClient: true,
      consentRequired: true,
      redirectUris: ['com.example.app:/callback'],
      attributes: { 'pkce.code.challenge.method': 'S256' },
    }),
    client('masked', { secret: '**********', redirectUris: ['https://masked.example.com/cb'] }),
    client('legacy', { protocol: 'saml' }),
    client('off', { enabled: false, secret: shopSecret }),
  ],
  clientScopes: [
    { name: 'profile', description: 'OpenID Connect built-in scope: profile', protocol: 'openid-connect' },
    { name: 'orders.read', description: 'Read your orders', protocol: 'openid-connect' },
  ],
  identityProviders: [{ alias: 'github', providerId: 'github', enabled: true, config: {} }],
  components: {
    'org.keycloak.storage.UserStorageProvider': [{ name: 'ldap', providerId: 'ldap', config: {} }],
  },
});
