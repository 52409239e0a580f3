import { hash } from '@node-rs/argon2';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { ClientRegistration, type Registration } from '../../src/clients/client-registration.js';
import { readSettings } from '../../src/config/settings.js';
import { PasswordHasher } from '../../src/crypto/password.js';
import { Database } from '../../src/persistence/database.js';
import { ResourcesStore } from '../../src/persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../../src/resource/resource-catalogue.js';
import { type NewUser, UserAccounts } from '../../src/users/user-accounts.js';
import { TestClock } from './clock.js';
import type { TestDatabase } from './database.js';
import { refuseReadsBeside } from './reads-beside.js';
import { standIn } from './stand-in.js';
import { createPreparedDatabase } from './template.js';

export const testSecret = 'a secret for tests only, long enough to pass';

const testEnvironment = { EYRIE_SECRET: testSecret, EYRIE_LOG_LEVEL: 'error', NODE_ENV: 'test' };

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
  const database = await preparedDatabase();
  const port = await freePort();
  const settings = readSettings({
    ...testEnvironment,
    DATABASE_URL: database.url,
    PORT: String(port),
    EYRIE_ISSUER: `http://127.0.0.1:${port}`,
    ...environment,
  });
  const clock = new TestClock();
  const app = await createApplication(settings, clock);
  // Hashing a password as it should be takes longer than most of what specs do. A hash says what it cost, so checking is as fast.
  app.get(PasswordHasher).hash = (password) => hash(password, { memoryCost: 64, timeCost: 1 });
  refuseReadsBeside(app.get(Database));
  await app.listen(settings.port, settings.host);
  const now = clock.now();
  await app.get(Database).write((tx) => app.get(ResourcesStore).put(tx, contacts, now));
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

/** A server with these users and clients, which runs during the tests of the block or file that this is called in. */
export function useServer(
  environment: Record<string, string> = {},
  { users = [], clients = [] }: { users?: readonly NewUser[]; clients?: readonly Registration[] } = {},
): TestServer {
  let running: TestServer | undefined;
  beforeAll(async () => {
    running = await startServer(environment);
    for (const user of users) await running.createUser(user);
    for (const client of clients) await running.register(client);
  });
  afterAll(() => running?.stop());
  return standIn(() => running);
}

/** Has passwords hashed as outside of tests, for specs that are about that. */
export function hashAsUsual(server: TestServer): void {
  delete server.app.get<Partial<PasswordHasher>>(PasswordHasher).hash;
}

/** A database with tables and keys, on which no service was served yet. */
export function preparedDatabase(): Promise<TestDatabase> {
  return createPreparedDatabase(prepare);
}

/** Has a server make the tables and keys of a database. */
async function prepare(url: string): Promise<void> {
  const app = await createApplication(readSettings({ ...testEnvironment, DATABASE_URL: url }));
  await app.init();
  await app.close();
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

/** Has every kind of claim. */
export const carol = {
  ...alice,
  username: 'carol',
  name: 'Carol',
  email: 'carol@example.com',
  given_name: 'Carol',
  phone_number: '+49 30 1234567',
  address: { formatted: 'Unter den Linden 1' },
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
