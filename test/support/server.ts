import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { ClientRegistration, type Registration } from '../../src/clients/client-registration.js';
import { readSettings } from '../../src/config/settings.js';
import { Database } from '../../src/persistence/database.js';
import { ResourcesStore } from '../../src/persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../../src/resource/resource-catalogue.js';
import { type NewUser, UserAccounts } from '../../src/users/user-accounts.js';
import { TestClock } from './clock.js';
import { createTestDatabase } from './database.js';

export const testSecret = 'a secret for tests only, long enough to pass';

/** A running Eyrie on a free port of loopback, with a database of its own and a clock that is moved by hand. */
export interface TestServer {
  readonly issuer: string;
  readonly app: NestFastifyApplication;
  readonly clock: TestClock;
  readonly databaseUrl: string;
  /** Registers a client; gives back its id and secret. */
  register(registration: Registration): Promise<{ clientId: string; secret: string }>;
  /** Creates a user; gives back the subject. */
  createUser(user: NewUser): Promise<string>;
  stop(): Promise<void>;
}

/** @param environment settings beside the database, port and secret */
export async function startServer(environment: Record<string, string> = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const port = await freePort();
  const settings = readSettings({
    DATABASE_URL: database.url,
    PORT: String(port),
    EYRIE_ISSUER: `http://127.0.0.1:${port}`,
    EYRIE_SECRET: testSecret,
    EYRIE_LOG_LEVEL: 'error',
    NODE_ENV: 'test',
    ...environment,
  });
  const clock = new TestClock();
  const app = await createApplication(settings, clock);
  await app.listen(settings.port, settings.host);
  const now = clock.now();
  await app
    .get(Database)
    .write((tx) => app.get(ResourcesStore).put(tx, contacts.identifier, contacts.name, contacts.scopes, now));
  app.get(ResourceCatalogue).forget();
  return {
    issuer: settings.issuer,
    app,
    clock,
    databaseUrl: database.url,
    async register(registration) {
      const { client, secret } = await app.get(ClientRegistration).register(registration, 'test');
      return { clientId: client.clientId, secret: secret ?? '' };
    },
    async createUser(user) {
      return (await app.get(UserAccounts).create(user, 'test')).id;
    },
    async stop() {
      await app.close();
      await database.drop();
    },
  };
}

/** The protected resource of the story: Alice keeps her contacts there. */
export const contacts = {
  identifier: 'https://contacts.example.com',
  name: 'ContactSaver',
  scopes: { 'contacts.read': 'Read your contacts', 'contacts.write': 'Change your contacts' },
};

export const alice = {
  username: 'alice',
  password: 'correct horse battery',
  name: 'Alice',
  email: 'alice@example.com',
};

/** The client of the story. */
export const messageWriter = {
  client_id: 'message-writer',
  client_name: 'MessageWriter',
  redirect_uris: ['https://writer.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile email offline_access contacts.read',
};

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
