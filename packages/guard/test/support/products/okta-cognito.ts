import { SIGNED_IN, UNTYPED, type ProductTokens } from './product.js';

export const oktaAndCognito: Readonly<Record<string, ProductTokens>> = {
  Okta: {
    profile: 'okta',
    audience: 'api://default',
    person: {
      header: UNTYPED,
      claims: {
        ver: 1,
        jti: 'AT.0mP4JKAZX1iA',
        aud: 'api://default',
        cid: 'nmdP1fcyvdVO',
        uid: '00uid4',
        scp: ['openid', 'contacts.read'],
        auth_time: 1_700_000_000,
        sub: 'alice@example.com',
        groups: ['Everyone', 'Staff'],
      },
    },
    machine: {
      header: UNTYPED,
      claims: {
        ver: 1,
        jti: 'AT.1',
        aud: 'api://default',
        cid: 'batch',
        scp: ['contacts.read'],
        sub: 'batch',
      },
    },
    read: { clientId: 'nmdP1fcyvdVO', scopes: ['openid', 'contacts.read'], roles: ['Everyone', 'Staff'] },
    others: {
      'ID token': {
        header: UNTYPED,
        claims: {
          ver: 1,
          jti: 'ID.4eAW',
          aud: 'api://default',
          sub: '00uid4',
          amr: ['pwd'],
          idp: 'ok2',
          ...SIGNED_IN,
        },
      },
      'ID token of the least claims': {
        header: UNTYPED,
        claims: { ver: 1, jti: 'ID.4eAW', aud: 'api://default', sub: '00uid4' },
      },
    },
  },
  Cognito: {
    profile: 'cognito',
    audience: '7ebl2a0uhtoh',
    person: {
      header: UNTYPED,
      claims: {
        sub: 'aaaa-bbbb',
        'cognito:groups': ['admins'],
        version: 2,
        client_id: '7ebl2a0uhtoh',
        origin_jti: 'o',
        event_id: 'e',
        token_use: 'access',
        scope: 'openid https://contacts.example.com/read',
        auth_time: 1_700_000_000,
        jti: 'j',
        username: 'alice',
      },
    },
    machine: {
      header: UNTYPED,
      claims: {
        sub: '7ebl2a0uhtoh',
        client_id: '7ebl2a0uhtoh',
        token_use: 'access',
        scope: 'https://contacts.example.com/read',
        version: 2,
      },
    },
    read: {
      clientId: '7ebl2a0uhtoh',
      scopes: ['openid', 'https://contacts.example.com/read'],
      roles: ['admins'],
    },
    others: {
      'ID token': {
        header: UNTYPED,
        claims: {
          sub: 'aaaa-bbbb',
          aud: '7ebl2a0uhtoh',
          'cognito:groups': ['admins'],
          'cognito:username': 'alice',
          event_id: 'e',
          token_use: 'id',
          auth_time: 1_700_000_000,
        },
      },
      'access token of another client': {
        header: UNTYPED,
        claims: { sub: 'aaaa', client_id: 'other', token_use: 'access', scope: 'openid' },
      },
      'access token for another resource': {
        header: UNTYPED,
        claims: {
          sub: 'aaaa',
          client_id: '7ebl2a0uhtoh',
          aud: 'https://other.example.com',
          token_use: 'access',
        },
      },
    },
  },
};
