import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { parse } from 'yaml';
import {
  availableKinds,
  createTestDatabase,
  databaseKind,
  nameOf,
  type TestDatabase,
} from '../support/database.js';
import { keycloakRealm } from '../support/keycloak-realm.js';
import { connectTo } from '../support/opened.js';
import type { Environment } from '../support/programs.js';
import { RelyingParty } from '../support/relying-party.js';
import { commandsOf, OperatorShell } from '../support/runbook.js';
import { alice, preparedDatabase, startServer, testSecret } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

// Each command is a process.
jest.setTimeout(240_000);

/** The sections whose commands are run below. */
const covered = {
  'backup.md': [
    'Any database',
    'Restore of any database',
    'MariaDB and MySQL',
    'Restore of MariaDB and MySQL',
    'PostgreSQL',
    'Restore of PostgreSQL',
    'Afterwards',
  ],
  'key-loss.md': ['Look', 'Withdraw the key', 'EYRIE_SECRET is lost'],
  'keycloak.md': ['Look', 'Import', 'Afterwards'],
  'secret-rotation.md': ['A new secret', 'Encrypt again'],
  'sqlite-to-mariadb.md': ['Copy', 'Start'],
  'upgrade.md': ['Before', 'Upgrade'],
} as const;

type Runbook = keyof typeof covered;

describe('Runbooks', () => {
  const shell = new OperatorShell();
  const databases: TestDatabase[] = [];
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
    shell.remove();
  });

  const newDatabase = async (...kind: Parameters<typeof createTestDatabase>): Promise<string> => {
    const database = await createTestDatabase(...kind);
    databases.push(database);
    return database.url;
  };
  /** Runs the commands of a section. */
  const follow = async (runbook: Runbook, section: string, environment: Environment): Promise<string> => {
    let output = '';
    for (const block of commandsOf(runbook).get(section) ?? []) {
      const ended = await shell.run(block, { EYRIE_SECRET: testSecret, ...environment });
      expect({ block, ...ended }).toMatchObject({ code: 0 });
      output += ended.stdout;
    }
    expect(output).not.toBe('');
    return output;
  };
  /** A server with somebody who is signed in, and a client with tokens. */
  const inUse = async () => {
    const server = await startServer();
    await server.createUser(alice);
    const client = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const tokens = await client.tokens();
    const browser = await signedInBrowser(server);
    return { server, client, tokens, browser };
  };
  type InUse = Awaited<ReturnType<typeof inUse>>;
  /** Starts a server in its place, and checks that people and clients go on. */
  const expectGoingOn = async (
    { server, client, tokens, browser }: InUse,
    settings: Environment,
  ): Promise<void> => {
    await server.app.close();
    const { port } = new URL(server.issuer);
    const next = await startServer({ PORT: port, EYRIE_ISSUER: server.issuer, ...settings });
    try {
      expect((await client.userinfo(tokens.access_token)).status).toBe(200);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
      expect((await browser.open('/account')).html).toContain('Alice');
    } finally {
      await next.stop();
    }
  };
  const partsOf = (url: string): Environment => {
    const { hostname, port, username, password } = new URL(url);
    return { DB_HOST: hostname, DB_PORT: port, DB_USER: username, MYSQL_PWD: decodeURIComponent(password) };
  };

  it('have no commands that are not run here', () => {
    const found = readdirSync('docs/runbooks').map((name) => [name, [...commandsOf(name).keys()]] as const);
    expect(Object.fromEntries(found)).toEqual(covered);
  });

  it('lead to each other and to pages that there are', () => {
    for (const name of readdirSync('docs/runbooks')) {
      const text = readFileSync(join('docs/runbooks', name), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        expect(() => readFileSync(join('docs/runbooks', link))).not.toThrow();
    }
  });

  it('backup of any database, and its restore', async () => {
    const used = await inUse();
    const urls = { DATABASE_URL: used.server.databaseUrl, RESTORED_URL: await newDatabase() };
    await follow('backup.md', 'Any database', urls);
    await follow('backup.md', 'Restore of any database', urls);
    await follow('backup.md', 'Afterwards', urls);
    await expectGoingOn(used, { DATABASE_URL: urls.RESTORED_URL });
  });

  const own = { sqlite: undefined, mysql: 'MariaDB and MySQL', postgres: 'PostgreSQL' }[databaseKind()];
  const tool = { sqlite: 'sqlite3', mysql: 'mariadb-dump', postgres: 'pg_dump' }[databaseKind()];
  const hasTool = spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

  it('rolling upgrade and rollback: this release serves on the schema of a next one', async () => {
    const used = await inUse();
    // What migrations may do: they only add to the schema.
    const database = await connectTo(used.server.databaseUrl);
    for (const { tableName } of database.entityMetadatas) {
      await database.query(`ALTER TABLE ${tableName} ADD COLUMN later_text varchar(255)`);
      await database.query(`ALTER TABLE ${tableName} ADD COLUMN later_flag integer DEFAULT 0 NOT NULL`);
      await database.query(`CREATE INDEX later_${tableName} ON ${tableName} (later_flag)`);
    }
    await database.query('CREATE TABLE later_things (id varchar(36) NOT NULL PRIMARY KEY)');
    await database.query(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')",
    );
    await database.destroy();

    // While it runs.
    const again = await RelyingParty.register(used.server);
    expect((await again.tokens()).access_token).toBeDefined();
    await signedInBrowser(used.server);
    // And started anew.
    await expectGoingOn(used, { DATABASE_URL: used.server.databaseUrl });
  });

  (own && hasTool ? describe : describe.skip)('on a database server, with its own tools', () => {
    it('backup by the tools of the database server, and its restore', async () => {
      const used = await inUse();
      const restored = await newDatabase();
      const { databaseUrl } = used.server;
      const environment = {
        ...partsOf(databaseUrl),
        DATABASE_URL: databaseUrl,
        DB_NAME: nameOf(databaseUrl),
        RESTORED_URL: restored,
        RESTORED_NAME: nameOf(restored),
      };
      const [backup] = commandsOf('backup.md').get(own ?? '') ?? [];
      expect(await shell.run(backup ?? '', environment)).toMatchObject({ code: 0 });
      await follow('backup.md', `Restore of ${own}`, environment);
      await expectGoingOn(used, { DATABASE_URL: restored });
    });
  });

  (databaseKind() === 'sqlite' && availableKinds().includes('mysql') ? describe : describe.skip)(
    'beside MariaDB',
    () => {
      it('moving from SQLite to MariaDB', async () => {
        const used = await inUse();
        const urls = { SQLITE_URL: used.server.databaseUrl, MARIADB_URL: await newDatabase('mysql') };
        await follow('sqlite-to-mariadb.md', 'Copy', urls);
        await follow('sqlite-to-mariadb.md', 'Start', urls);
        await expectGoingOn(used, { DATABASE_URL: urls.MARIADB_URL });
      });
    },
  );

  // Each command is a process: what the database does not decide is run once.
  (databaseKind() === 'sqlite' ? describe : describe.skip)('on whatever database', () => {
    it('upgrade: the schema is updated while nothing serves, and a backup is no longer needed', async () => {
      const DATABASE_URL = await newDatabase();
      expect(await follow('upgrade.md', 'Before', { DATABASE_URL })).toMatch(/pending/);
      expect(await follow('upgrade.md', 'Upgrade', { DATABASE_URL })).not.toMatch(/pending/);
    });

    it('replacing EYRIE_SECRET', async () => {
      const used = await inUse();
      const { databaseUrl: DATABASE_URL } = used.server;
      const environment = { DATABASE_URL, OLD_SECRET: testSecret };
      const [make, ...none] = commandsOf('secret-rotation.md').get('A new secret') ?? [];
      expect([await shell.run(make ?? '', {}), none]).toMatchObject([{ code: 0 }, []]);
      for (const block of commandsOf('secret-rotation.md').get('Encrypt again') ?? [])
        expect(await shell.run(block, environment)).toMatchObject({ code: 0, stderr: '' });
      const EYRIE_SECRET = readFileSync(join(shell.folder, 'new-secret'), 'utf8').trim();
      await expectGoingOn(used, { DATABASE_URL, EYRIE_SECRET });
    });

    it('a signing key that is known to others', async () => {
      const used = await inUse();
      const { databaseUrl: DATABASE_URL } = used.server;
      const listed = await follow('key-loss.md', 'Look', { DATABASE_URL });
      const KID = /^(\S+) +ES256 +active/m.exec(listed)?.[1] ?? '';
      const after = await follow('key-loss.md', 'Withdraw the key', { DATABASE_URL, KID });
      expect(after).toContain(`${KID} is withdrawn`);
      expect(after).not.toMatch(new RegExp(`^${KID} +ES256 +active`, 'm'));
      expect(after).toMatch(/^\S+ +ES256 +active/m);
      await expectGoingOn(used, { DATABASE_URL });
    });

    it('a lost EYRIE_SECRET: people and grants stay, and clients get new secrets', async () => {
      const { server, client, tokens, browser } = await inUse();
      await server.app.close();
      const DATABASE_URL = server.databaseUrl;
      const present = { DATABASE_URL, EYRIE_SECRET: testSecret };
      expect(await shell.run('eyrie secret forget --yes', present)).toMatchObject({
        code: 1,
        stderr: 'eyrie: EYRIE_SECRET decrypts what is in this database: there is nothing to forget\n',
      });
      const [forget = '', renew = ''] = commandsOf('key-loss.md').get('EYRIE_SECRET is lost') ?? [];
      const forgotten = await shell.run(forget, { DATABASE_URL });
      expect(forgotten).toMatchObject({ code: 0, stderr: '' });
      expect(forgotten.stdout).toMatch(/^client_secrets +1$/m);
      const renewed = await shell.run(renew, { DATABASE_URL, CLIENT_ID: client.clientId });
      expect(renewed).toMatchObject({ code: 0, stderr: '' });

      const EYRIE_SECRET = readFileSync(join(shell.folder, 'new-secret'), 'utf8').trim();
      const { port } = new URL(server.issuer);
      const next = await startServer({ PORT: port, EYRIE_ISSUER: server.issuer, DATABASE_URL, EYRIE_SECRET });
      try {
        expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_client');
        const { client_secret } = JSON.parse(renewed.stdout) as { client_secret: string };
        const again = RelyingParty.of(next, { client_id: client.clientId, client_secret }, {});
        expect((await again.refresh(tokens.refresh_token)).status).toBe(200);
        expect((await browser.open('/account')).html).toContain('Alice');
        await signedInBrowser(next);
      } finally {
        await next.stop();
      }
    });

    it('moving from Keycloak', async () => {
      const database = await preparedDatabase();
      databases.push(database);
      const environment = { DATABASE_URL: database.url };
      await writeFile(join(shell.folder, 'realm.json'), JSON.stringify(await keycloakRealm()));
      expect(await follow('keycloak.md', 'Look', environment)).toMatch(/^Left out:$/m);
      expect(parse(readFileSync(join(shell.folder, 'example.yaml'), 'utf8'))).toHaveProperty('users');
      expect(await follow('keycloak.md', 'Import', environment)).toMatch(/^Nothing has changed\.$/m);
      expect(await follow('keycloak.md', 'Afterwards', environment)).toMatch(/^password +\S/m);
    });
  });
});
