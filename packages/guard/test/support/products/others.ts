import { CONTACTS, JWT, SIGNED_IN, UNTYPED, type ProductTokens } from './product.js';

export const otherProducts: Readonly<Record<string, ProductTokens>> = {
  'Spring Authorization Server': {
    profile: 'jwt',
    audience: 'messaging-client',
    person: {
      header: UNTYPED,
      claims: {
        sub: 'alice',
        aud: 'messaging-client',
        nbf: 1_700_000_000,
        scope: ['openid', 'message.read'],
        jti: 'j',
      },
    },
    machine: {
      header: UNTYPED,
      claims: { sub: 'messaging-client', aud: 'messaging-client', scope: ['message.read'] },
    },
    read: { clientId: '', scopes: ['openid', 'message.read'], roles: [] },
    others: {
      'ID token': {
        header: UNTYPED,
        claims: {
          sub: 'alice',
          aud: 'messaging-client',
          azp: 'messaging-client',
          auth_time: 1_700_000_000,
          sid: 's',
        },
      },
    },
  },
  'Ory Hydra': {
    profile: 'jwt',
    audience: CONTACTS,
    person: {
      header: JWT,
      claims: {
        aud: [CONTACTS],
        client_id: 'app',
        ext: {},
        jti: 'j',
        nbf: 1_700_000_000,
        scp: ['contacts.read'],
        sub: 'alice',
      },
    },
    machine: { header: JWT, claims: { aud: [CONTACTS], client_id: 'batch', scp: [], sub: 'batch' } },
    read: { clientId: 'app', scopes: ['contacts.read'], roles: [] },
    others: {
      'ID token': {
        header: JWT,
        claims: { aud: [CONTACTS], sub: 'alice', rat: 1_700_000_000, sid: 's', ...SIGNED_IN },
      },
      'logout token': {
        header: JWT,
        claims: {
          aud: [CONTACTS],
          sub: 'alice',
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        },
      },
    },
  },
  Zitadel: {
    profile: 'jwt',
    audience: '2244',
    person: {
      header: JWT,
      claims: { aud: ['1122', '2244'], client_id: '1122@contacts', jti: 'j', nbf: 1_700_000_000, sub: '77' },
    },
    machine: { header: JWT, claims: { aud: ['2244'], client_id: 'batch', sub: 'batch' } },
    read: { clientId: '1122@contacts', scopes: [], roles: [] },
    others: {
      'ID token': {
        header: JWT,
        claims: {
          aud: ['1122', '2244'],
          azp: '1122@contacts',
          client_id: '1122@contacts',
          amr: ['pwd'],
          sub: '77',
          ...SIGNED_IN,
        },
      },
    },
  },
  'Duende IdentityServer': {
    profile: 'rfc9068',
    audience: 'contacts',
    person: {
      header: { typ: 'at+jwt' },
      claims: {
        aud: 'contacts',
        client_id: 'app',
        sub: 'alice',
        auth_time: 1_700_000_000,
        idp: 'local',
        scope: ['openid', 'contacts.read'],
        amr: ['pwd'],
      },
    },
    machine: {
      header: { typ: 'at+jwt' },
      claims: { aud: 'contacts', client_id: 'batch', sub: 'batch', scope: ['contacts.read'] },
    },
    read: { clientId: 'app', scopes: ['openid', 'contacts.read'], roles: [] },
    others: {
      'ID token': {
        header: JWT,
        claims: { aud: 'contacts', client_id: 'app', sub: 'alice', scope: ['openid'], ...SIGNED_IN },
      },
    },
  },
};
