import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { readSettings } from '../../src/config/settings.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { swaggerUiClientId } from '../../src/provisioning/built-in-clients.js';
import { StartUp } from '../../src/provisioning/start-up.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecret } from '../support/server.js';
import { ConfigurationFiles } from '../support/configuration.js';

const refreshing = { grantTypes: ['authorization_code', 'refresh_token'], sessionRefreshTokens: true };

describe('What is there before anybody signs in', () => {
  let database: TestDatabase;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await database.drop();
  });

  const service = async (environment: Record<string, string> = {}) => {
    const settings = readSettings({ DATABASE_URL: database.url, EYRIE_SECRET: testSecret, ...environment });
    const context = await NestFactory.createApplicationContext(AppModule.forCommand(settings), {
      logger: false,
    });
    closing.push(() => context.close());
    return context;
  };

  it('the first start makes an administrator with a generated password, a second makes none', async () => {
    const context = await service();
    const { administrator } = await context.get(StartUp).run();
    expect(administrator).toEqual({
      username: 'admin',
      generatedPassword: expect.stringMatching(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/),
    });
    await expect(context.get(UsersStore).findByUsername('admin')).resolves.toMatchObject({
      administrator: true,
    });
    await expect(context.get(StartUp).run()).resolves.toEqual({ administrator: undefined, applied: [] });
  });

  it('a chosen password is not told', async () => {
    const context = await service({ EYRIE_ADMIN_PASSWORD: 'battery staple' });
    const { administrator } = await context.get(StartUp).run();
    expect(administrator).toEqual({ username: 'admin' });
  });

  it.each([
    ['production', true],
    ['development', false],
  ])('in %s, whether the first password must be changed is %s', async (environment, mustBeChanged) => {
    const context = await service({ NODE_ENV: environment, EYRIE_ADMIN_PASSWORD: 'battery staple' });
    await context.get(StartUp).run();
    await expect(context.get(UsersStore).findByUsername('admin')).resolves.toMatchObject({
      passwordChangeRequired: mustBeChanged,
    });
  });

  it('a file that brings an administrator of its own leaves none to be made', async () => {
    const files = await ConfigurationFiles.create();
    closing.push(() => files.remove());
    const file = await files.write(
      'users: [{ username: root, password: battery staple, administrator: true }]',
    );
    const context = await service({ EYRIE_APPLY: file });

    const { administrator, applied } = await context.get(StartUp).run();
    expect(administrator).toBeUndefined();
    expect(applied).toEqual([{ kind: 'user', name: 'root', outcome: 'created' }]);
    await expect(context.get(UsersStore).count()).resolves.toBe(1);
  });

  it('a file with a fault stops the start before anything is made', async () => {
    const files = await ConfigurationFiles.create();
    closing.push(() => files.remove());
    const context = await service({ EYRIE_APPLY: await files.write('users: [{ username: bob }]') });

    await expect(context.get(StartUp).run()).rejects.toThrow('users[0].username is a new user');
    await expect(context.get(UsersStore).count()).resolves.toBe(0);
    await expect(context.get(ClientsStore).find(swaggerUiClientId)).resolves.toBeNull();
  });

  it('Swagger UI is a public client whose redirection URI follows the issuer', async () => {
    const first = await service({ EYRIE_ISSUER: 'https://id.example.com' });
    await first.get(StartUp).run();
    const clients = first.get(ClientsStore);
    await expect(clients.find(swaggerUiClientId)).resolves.toMatchObject({
      redirectUris: ['https://id.example.com/docs/oauth2-redirect.html'],
      tokenEndpointAuthMethod: 'none',
      scope: 'eyrie.admin eyrie.admin.read',
      ...refreshing,
    });

    const moved = await service({ EYRIE_ISSUER: 'https://login.example.com' });
    await moved.get(StartUp).run();
    await expect(clients.find(swaggerUiClientId)).resolves.toMatchObject({
      redirectUris: ['https://login.example.com/docs/oauth2-redirect.html'],
    });
  });

  it('Swagger UI that could not refresh its tokens can do so after the start, and keeps its name', async () => {
    const context = await service();
    await context.get(StartUp).run();
    const former = {
      grant_types: ['authorization_code'],
      session_refresh_tokens: false,
      client_name: 'Our console',
    };
    await context.get(ClientRegistration).update(swaggerUiClientId, former, 'test');

    await context.get(StartUp).run();
    const client = await context.get(ClientsStore).find(swaggerUiClientId);
    expect(client).toMatchObject({ ...refreshing, clientName: 'Our console' });

    await context.get(StartUp).run();
    expect((await context.get(ClientsStore).find(swaggerUiClientId))?.version).toBe(client?.version);
  });
});
