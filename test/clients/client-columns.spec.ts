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

  it('every member has a column; an absent one is null', () => {
    expect(Object.keys(client)).toHaveLength(Object.keys(clientMembers).length);
    expect(client).toMatchObject({ clientName: 'Robot', requirePkce: true, tosUri: null, jwks: null });
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
      introspection_resources: ['https://contacts.example.com'],
      require_second_factor: false,
    });
    expect({ ...own, ...toOperatorMetadata(client) }).toEqual(toMetadata(client));
  });
});
