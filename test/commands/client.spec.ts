import { jest } from '@jest/globals';
import type { HttpException } from '@nestjs/common';
import { Command } from 'commander';
import { addClientCommands } from '../../src/commands/client.js';
import { readMembers } from '../../src/commands/client-members.js';
import type { Client } from '../../src/persistence/entities/client.entity.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { startServer, testSecret, type TestServer } from '../support/server.js';

describe('eyrie client create', () => {
  let server: TestServer;
  const before = { ...process.env };

  beforeAll(async () => {
    server = await startServer();
    Object.assign(process.env, { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret });
  });
  afterAll(async () => {
    process.env = before;
    await server.stop();
  });

  async function create(...words: string[]): Promise<Client | null> {
    const program = new Command('eyrie').exitOverride();
    addClientCommands(program);
    const output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await program.parseAsync(['client', 'create', ...words], { from: 'user' });
    } finally {
      output.mockRestore();
    }
    return server.app.get(ClientsStore).find(words[words.indexOf('--id') + 1] ?? '');
  }

  it('sets any member of client metadata by --set, beside the options for the usual ones', async () => {
    const words =
      '--id robot --grant-type client_credentials --set access_token_format=opaque ' +
      '--set rotate_refresh_tokens=false contacts=a@example.com,b@example.com --set tos_uri=null';
    const client = await create(...words.split(' '));
    expect(client).toMatchObject({
      grantTypes: ['client_credentials'],
      accessTokenFormat: 'opaque',
      rotateRefreshTokens: false,
      contacts: ['a@example.com', 'b@example.com'],
      tosUri: null,
    });
  });

  it.each([
    ['--introspection-resource', 'https://contacts.example.com'],
    ['--introspects', 'https://contacts.example.com'],
    ['--set', 'introspection_resources=https://contacts.example.com'],
    ['--set', 'introspects=https://contacts.example.com'],
  ])('%s %s makes it the server of a resource', async (...words) => {
    const id = `server-${words.join('-').length}`;
    const client = await create('--id', id, '--grant-type', 'client_credentials', ...words);
    expect(client?.introspectionResources).toEqual(['https://contacts.example.com']);
  });

  it.each([
    ['access_token_format=saml', /access_token_format must be one of/],
    ['require_pkce=yes', /require_pkce must be true or false/],
    ['client_name=null', /client_name must be a string/],
    ['favourite_colour=green', /favourite_colour is not a member of client metadata/],
    ['redirect_uris=http://a.example/cb', /redirect_uris\[0\] may use http only on loopback/],
  ])('--set %s is refused by name', async (text, message) => {
    const refusal = await create('--id', 'refused', '--set', text).then(
      () => 'accepted',
      (error: HttpException) => error.getResponse(),
    );
    expect(JSON.stringify(refusal)).toMatch(message);
  });
});

describe('The members that a command names', () => {
  it('every one that cannot be read, or is given twice, is named at once', () => {
    const texts = [
      'scope=openid',
      'contacts=a',
      'introspects=x',
      'introspection_resources=y',
      'require_pkce=1',
    ];
    expect(() => readMembers(texts, { scope: 'profile' })).toThrow(
      'scope is given twice; introspection_resources is given twice; require_pkce must be true or false',
    );
  });

  it('an option that is absent leaves its member to --set', () => {
    expect(readMembers(['scope=openid'], { scope: undefined })).toEqual({ scope: 'openid' });
  });
});
