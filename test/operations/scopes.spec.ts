import { readManifest } from '../../src/commands/scope-manifest.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import type { Ended } from '../support/programs.js';
import {
  alice,
  contacts,
  messageWriter,
  startServer,
  testSecret,
  type TestServer,
} from '../support/server.js';

const routes = [
  { method: 'GET', path: '/contacts', scopes: ['contacts.read'] },
  { method: 'DELETE', path: '/contacts/:id', scopes: ['contacts.read', 'contacts.share'] },
  { method: 'GET', path: '/audit', version: '2', scopes: [], anyScopes: [['audit.read', 'eyrie.admin']] },
  { method: 'GET', path: '/about', scopes: [] },
];

describe('The manifest of scopes of a resource', () => {
  let server: TestServer;
  let files: ConfigurationFiles;
  const program = new ProgramHost();

  afterAll(() => program.end());
  beforeEach(async () => {
    [server, files] = [await startServer(), await ConfigurationFiles.create()];
    await server.createUser(alice);
  });
  afterEach(async () => {
    await server.stop();
    await files.remove();
  });

  const run = async (command: string, manifest: object, ...options: string[]): Promise<Ended> => {
    const file = await files.write(JSON.stringify(manifest));
    const environment = { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret };
    const { code, stdout, stderr } = await program.eyrie(['scopes', command, file, ...options], environment);
    return { code, stdout, stderr: stderr.replaceAll(file, 'FILE') };
  };

  it('check fails for a scope that is not known, naming each route, and passes once it is imported', async () => {
    const manifest = { resource: contacts.identifier, routes };
    expect(await run('check', manifest)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'eyrie: DELETE /contacts/:id needs contacts.share, which no resource defines\n' +
        'eyrie: GET /audit (version 2) needs audit.read, which no resource defines\n',
    });
    expect((await run('import', manifest)).code).toBe(0);
    expect(await run('check', manifest)).toMatchObject({ code: 0, stderr: '' });
  });

  it('import leaves words as they are, and puts the given words or the routes where there are none', async () => {
    const descriptions = { 'contacts.read': 'Not this', 'audit.read': 'See who did what' };
    const manifest = { resource: contacts.identifier, name: 'Not this', descriptions, routes };
    const { stdout } = await run('import', manifest, '--json');
    const rows = JSON.parse(stdout) as { scope: string; words: string; outcome: string }[];
    expect(rows.map(({ scope, words, outcome }) => [scope, words, outcome])).toEqual(
      expect.arrayContaining([
        ['contacts.read', 'Read your contacts', 'unchanged'],
        ['contacts.write', 'Change your contacts', 'unchanged'],
        ['contacts.share', 'DELETE /contacts/:id', 'created'],
        ['audit.read', 'See who did what', 'created'],
      ]),
    );
    const again = JSON.parse((await run('import', manifest, '--json')).stdout) as typeof rows;
    expect(again).toEqual(rows.map((row) => ({ ...row, outcome: 'unchanged' })));
  });

  it('import registers a resource that is new, and its consent page shows what a scope unlocks', async () => {
    const notes = [{ method: 'GET', path: '/notes', scopes: ['notes.read'] }];
    await run('import', { resource: 'https://notes.example.com', routes: notes });
    const { clientId } = await server.register({
      ...messageWriter,
      client_id: 'notes-reader',
      scope: 'notes.read',
      require_pkce: false,
    });
    const browser = new TestBrowser(server.issuer);
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: messageWriter.redirect_uris[0] ?? '',
      scope: 'notes.read',
    });
    const consent = await signIn(browser, await browser.open(`/authorize?${query.toString()}`), alice);
    expect(consent.html).toContain('GET /notes');
  });

  it('import refuses a scope of another resource', async () => {
    const { code, stderr } = await run('import', { resource: 'https://notes.example.com', routes });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `eyrie: scopes contains a scope that belongs to ${contacts.identifier}\n`,
    });
  });
});

describe('A file that is no manifest', () => {
  it.each([
    ['no JSON', '{', 'cannot be read'],
    ['a list', '[]', 'must contain the output of scopesOf() of @eyrie/guard'],
    ['no resource', '{"routes":[]}', 'resource must be'],
    [
      'a route without scopes',
      '{"resource":"urn:a","routes":[{"method":"GET","path":"/"}]}',
      'routes[0].scopes must be',
    ],
  ])('with %s is refused with its reason', async (_title, text, reason) => {
    const files = await ConfigurationFiles.create();
    const file = await files.write(text);
    await expect(readManifest(file)).rejects.toThrow(`${file}: ${reason}`);
    await files.remove();
  });

  it('which is not there is refused too', async () => {
    await expect(readManifest('/nowhere/scopes.json')).rejects.toThrow('there is no such file');
  });
});
