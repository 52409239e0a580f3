import {
  columnOf,
  toColumns,
  toMetadata,
  toOperatorMetadata,
  toOwnMetadata,
} from '../../src/clients/client-columns.js';
import type { Client } from '../../src/persistence/entities/client.entity.js';
import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import { clientMembers } from '../../src/protocol/client-metadata/members.js';

const metadata = withDefaults({
  client_name: 'Robot',
  redirect_uris: ['https://robot.example.com/callback'],
  introspection_resources: ['https://contacts.example.com'],
});
const client = toColumns(metadata) as Client;

describe('The columns of client metadata', () => {
  it.each([
    ['jwks', 'jwks'],
    ['tos_uri', 'tosUri'],
    ['tls_client_auth_san_dns', 'tlsClientAuthSanDns'],
  ] as const)('%s is kept in %s', (member, column) => {
    expect(columnOf(member)).toBe(column);
  });

  it('every member has a column, and all of those in other languages one; an absent one is null', () => {
    expect(Object.keys(client)).toHaveLength(Object.keys(clientMembers).length + 1);
    expect(client).toMatchObject({
      clientName: 'Robot',
      requirePkce: true,
      tosUri: null,
      jwks: null,
      translations: null,
    });
  });

  it('metadata comes back as it was, with null for what was absent', () => {
    const read = toMetadata(client);
    expect(read).toMatchObject(metadata);
    expect(Object.keys(read)).toEqual(Object.keys(clientMembers));
  });

  it('a client sees and keeps what operators set apart from what it sets itself', () => {
    const own = toOwnMetadata(client);
    expect(own).not.toHaveProperty('introspection_resources');
    expect(toOperatorMetadata(client)).toEqual({
      authorization_details_types: [],
      backchannel_authentication_request_signing_alg: null,
      backchannel_client_notification_endpoint: null,
      backchannel_token_delivery_mode: 'poll',
      brand_color: null,
      brand_color_dark: null,
      brand_logo_uri: null,
      eyrie_allowed_resources: null,
      eyrie_federated_issuer: null,
      eyrie_federated_subject: null,
      eyrie_max_token_ttl: null,
      eyrie_profile: null,
      eyrie_require_dpop: false,
      introspection_resources: ['https://contacts.example.com'],
      require_second_factor: false,
      skip_consent: false,
      token_exchange_clients: [],
      token_exchange_resources: [],
    });
    expect({ ...own, ...toOperatorMetadata(client) }).toEqual(toMetadata(client));
  });
});
