import { CONTACTS, JWT, SIGNED_IN, type ProductTokens } from './product.js';

export const auth0: Readonly<Record<string, ProductTokens>> = {
  Auth0: {
    profile: 'auth0',
    audience: CONTACTS,
    person: {
      header: JWT,
      claims: {
        sub: 'auth0|641',
        aud: [CONTACTS, 'https://tenant.eu.auth0.com/userinfo'],
        scope: 'openid read:contacts',
        azp: 'my_client',
        permissions: ['read:contacts', 'delete:contacts'],
      },
    },
    machine: {
      header: JWT,
      claims: {
        sub: 'batch@clients',
        aud: CONTACTS,
        azp: 'batch',
        scope: 'read:contacts',
        gty: 'client-credentials',
      },
    },
    read: {
      clientId: 'my_client',
      scopes: ['openid', 'read:contacts'],
      roles: ['read:contacts', 'delete:contacts'],
    },
    others: {
      'ID token': {
        header: JWT,
        claims: { sub: 'auth0|641', aud: CONTACTS, sid: 's', nickname: 'alice', ...SIGNED_IN },
      },
      'ID token without nonce': {
        header: JWT,
        claims: { sub: 'auth0|641', aud: CONTACTS, sid: 's', nickname: 'alice' },
      },
    },
  },
  'Auth0, with the dialect of RFC 9068': {
    profile: 'auth0',
    audience: CONTACTS,
    person: {
      header: { typ: 'at+jwt' },
      claims: { sub: 'auth0|641', aud: CONTACTS, client_id: 'my_client', scope: 'read:contacts', jti: 'j' },
    },
    machine: {
      header: { typ: 'at+jwt' },
      claims: { sub: 'batch@clients', aud: CONTACTS, client_id: 'batch' },
    },
    read: { clientId: 'my_client', scopes: ['read:contacts'], roles: [] },
    others: {},
  },
};
