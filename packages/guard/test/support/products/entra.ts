import { JWT, type ProductTokens } from './product.js';

export const entra: Readonly<Record<string, ProductTokens>> = {
  'Entra ID, version 2.0': {
    profile: 'entra',
    audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    person: {
      header: { ...JWT, x5t: 'abc' },
      claims: {
        aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
        nbf: 1_700_000_000,
        aio: 'ATQ',
        azp: '72f988bf',
        azpacr: '0',
        name: 'Alice',
        oid: '690222be',
        preferred_username: 'alice@example.com',
        rh: '0.A',
        roles: ['Contacts.Admin'],
        scp: 'Contacts.Read Contacts.Write',
        sub: 'HKZpfaHyWadeOouYlitjrI',
        tid: '72f988bf-86f1',
        uti: 'fqiBqXLPj0eQ',
        ver: '2.0',
      },
    },
    machine: {
      header: JWT,
      claims: {
        aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
        azp: 'daemon',
        azpacr: '1',
        oid: 'o',
        roles: ['Contacts.Read.All'],
        sub: 'o',
        tid: 't',
        ver: '2.0',
      },
    },
    read: { clientId: '72f988bf', scopes: ['Contacts.Read', 'Contacts.Write'], roles: ['Contacts.Admin'] },
    others: {
      'ID token': {
        header: JWT,
        claims: {
          aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
          sub: 'HKZ',
          name: 'Alice',
          nonce: '678910',
          oid: '690',
          roles: ['Contacts.Admin'],
          tid: 't',
          ver: '2.0',
        },
      },
      'ID token without nonce': {
        header: JWT,
        claims: {
          aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
          sub: 'HKZ',
          roles: ['Contacts.Admin'],
          tid: 't',
          ver: '2.0',
        },
      },
    },
  },
  'Entra ID, version 1.0': {
    profile: 'entra',
    audience: 'api://contacts',
    person: {
      header: { ...JWT, x5t: 'abc' },
      claims: {
        aud: 'api://contacts',
        acr: '1',
        amr: ['pwd'],
        appid: '75dbe77f',
        appidacr: '0',
        scp: 'user_impersonation',
        sub: 'ipS',
        tid: 't',
        ver: '1.0',
      },
    },
    machine: {
      header: JWT,
      claims: { aud: 'api://contacts', appid: 'daemon', appidacr: '1', sub: 'o', ver: '1.0' },
    },
    read: { clientId: '75dbe77f', scopes: ['user_impersonation'], roles: [] },
    others: {
      'ID token': {
        header: JWT,
        claims: {
          aud: 'api://contacts',
          amr: ['pwd'],
          sub: 'ipS',
          tid: 't',
          unique_name: 'alice',
          ver: '1.0',
        },
      },
    },
  },
};
