import { copyFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openidClient } from '../flows/real-clients/openid-client.js';
import { TestBrowser } from '../support/browser.js';
import { ServerProcess } from '../support/programs.js';
import { payloadOf } from '../support/relying-party.js';
import { walk } from '../support/walk.js';
import { Workplace } from '../support/workplace.js';

const root = join(import.meta.dirname, '..', '..');
/** In milliseconds. SQLite is one large file for the compiler. */
const compileTimeout = 600_000;
const redirectUri = 'https://writer.example.com/callback';
const scope = 'openid profile offline_access';
const admin = { username: 'admin', password: 'correct horse battery' };

// From 24.19 on, Node.js 24 ends processes that use better-sqlite3 12 (nodejs/node#65446).
describe.each(['22', '24.18'])('Under Node.js %s', (version) => {
  let place: Workplace;
  let bin: string;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    // Hard links do not leave a file system.
    place = await Workplace.create(join(root, '.eyrie'));
    const packageName = `node-${process.platform}-${process.arch}`;
    const downloaded = await place.folder('node');
    await downloaded.install({ [packageName]: version === '22' ? '^22.0.0' : `~${version}.0` });
    bin = join(downloaded.path, 'node_modules', packageName, 'bin');
    await copyInstallation();
  });
  afterAll(async () => {
    await server?.kill();
    await place?.remove();
  });

  it(
    'prepare.mjs builds the database driver for it, and the code flow, a refresh and userinfo succeed',
    async () => {
      const path = `PATH=${bin}:${process.env.PATH}`;
      expect(await place.succeed('env', path, 'node', '--version')).toMatch(
        new RegExp(`^v${version.replace('.', '\\.')}\\.`),
      );
      await place.succeed('env', path, 'npm_config_build_from_source=true', 'node', 'scripts/prepare.mjs');

      server = await ServerProcess.start(
        {
          DATABASE_URL: `sqlite:${join(place.path, 'eyrie.db')}`,
          EYRIE_ADMIN_PASSWORD: admin.password,
          EYRIE_REGISTRATION: 'open',
        },
        { home: place.path, node: join(bin, 'node') },
      );
      const identity = await openidClient.register!(server.url, {
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        scope,
      });
      const client = await openidClient.connect(server.url, identity, { redirectUri, scope });
      const page = await walk(new TestBrowser(server.url), await client.authorizationUrl(), admin);
      const tokens = await client.redeem(page.url);
      const { sub } = payloadOf(tokens.id_token!);
      const renewed = await client.refresh(tokens.refresh_token!);
      expect(await client.userinfo(renewed, sub as string)).toMatchObject({ sub });
    },
    compileTimeout,
  );

  /** Copies what is installed and built, without a database driver. */
  async function copyInstallation(): Promise<void> {
    for (const file of ['package.json', 'package-lock.json'])
      await copyFile(join(root, file), join(place.path, file));
    for (const folder of ['dist', 'scripts'])
      await cp(join(root, folder), join(place.path, folder), { recursive: true });
    // node_modules links to the guard in packages.
    for (const folder of ['packages', 'node_modules'])
      await place.succeed('cp', '-al', join(root, folder), '.');
    // What is written in place would be written here too.
    await rm(join(place.path, 'node_modules', '.eyrie-installed'), { force: true });
    await rm(join(place.path, 'node_modules', 'better-sqlite3', 'build'), { recursive: true });
  }
});
