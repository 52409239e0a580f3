import { JWT, SIGNED_IN, type ProductTokens } from './product.js';

export const keycloak: Readonly<Record<string, ProductTokens>> = {
  Keycloak: {
    profile: 'keycloak',
    audience: 'contacts',
    person: {
      header: JWT,
      claims: {
        jti: 'onrtac:5a1c',
        aud: ['contacts', 'account'],
        sub: 'f1d2',
        typ: 'Bearer',
        azp: 'message-writer',
        sid: 's1',
        acr: '1',
        'allowed-origins': ['https://writer.example.com'],
        realm_access: { roles: ['staff', 'offline_access'] },
        resource_access: { contacts: { roles: ['reader'] }, account: { roles: ['view-profile'] } },
        scope: 'openid contacts.read email',
        email_verified: true,
        preferred_username: 'alice',
      },
    },
    machine: {
      header: JWT,
      claims: {
        jti: 'trrtcc:91',
        aud: 'contacts',
        sub: '77e0',
        typ: 'Bearer',
        azp: 'batch',
        scope: 'contacts.read',
        clientHost: '10.0.0.7',
        preferred_username: 'service-account-batch',
        client_id: 'batch',
      },
    },
    read: {
      clientId: 'message-writer',
      scopes: ['openid', 'contacts.read', 'email'],
      roles: ['staff', 'offline_access', 'reader'],
    },
    others: {
      'ID token': {
        header: JWT,
        claims: { aud: 'contacts', sub: 'f1d2', typ: 'ID', azp: 'contacts', ...SIGNED_IN, sid: 's1' },
      },
      'refresh token': {
        header: JWT,
        claims: { aud: 'contacts', sub: 'f1d2', typ: 'Refresh', azp: 'contacts', scope: 'openid' },
      },
      'logout token': {
        header: JWT,
        claims: { aud: 'contacts', sub: 'f1d2', typ: 'Logout', azp: 'contacts', events: {} },
      },
      'token without the claim typ': {
        header: JWT,
        claims: { aud: 'contacts', sub: 'f1d2', azp: 'contacts', scope: 'contacts.read' },
      },
    },
  },
  'Keycloak, bound to a key and with the type of RFC 9068': {
    profile: 'keycloak',
    audience: 'contacts',
    person: {
      header: { typ: 'at+jwt' },
      claims: {
        aud: 'contacts',
        sub: 'f1d2',
        typ: 'DPoP',
        azp: 'app',
        scope: 'contacts.read',
        cnf: { jkt: 'abc' },
        nonce: 'of version 23',
      },
    },
    machine: {
      header: { typ: 'at+jwt' },
      claims: { aud: 'contacts', sub: '77e0', typ: 'Bearer', azp: 'batch' },
    },
    read: { clientId: 'app', scopes: ['contacts.read'], roles: [] },
    others: {},
  },
};
