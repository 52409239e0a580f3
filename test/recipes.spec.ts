import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import BetterSqlite3 from 'better-sqlite3';
import { filesOf, follow, isNamedBy, recipesIn } from './recipes/following.js';
import { type Edit, recipes } from './recipes/recipes.js';
import { testSecret } from './support/server.js';
import { eyrie, ServerProcess } from './support/programs.js';
import { SourceCopy } from './support/source-copy.js';

const written = recipesIn(readFileSync(join(import.meta.dirname, '..', 'DEVELOPERS.md'), 'utf8'));
const migrationList = 'src/persistence/migrations/migrations.ts';

describe('DEVELOPERS.md', () => {
  it('has the recipes that are tried here, and no other', () => {
    expect(written.map(({ title }) => title)).toEqual(recipes.map(({ title }) => title));
  });

  it.each(written)(
    '$title: the list names as many files as the heading says ($count)',
    ({ count, steps }) => {
      expect(steps).toHaveLength(count);
    },
  );

  it.each(recipes.map((recipe) => [recipe.title, recipe] as const))(
    '%s: exactly the named files are touched',
    (title, recipe) => {
      const { steps = [] } = written.find((candidate) => candidate.title === title) ?? {};
      const files = filesOf(recipe).filter((file) => file !== migrationList);

      expect(files).toHaveLength(steps.length);
      expect(steps.filter((step) => !files.some((file) => isNamedBy(file, step.file)))).toEqual([]);
      expect(files.filter((file) => !steps.some((step) => isNamedBy(file, step.file)))).toEqual([]);
    },
  );

  it.each(recipes.map((recipe) => [recipe.title, recipe] as const))(
    '%s: where one line or one entry is named, one is inserted',
    (title, { edits }) => {
      const { steps = [] } = written.find((candidate) => candidate.title === title) ?? {};
      for (const { file, text } of steps.filter((step) => /^one (line|entry)\b/.test(step.text))) {
        const inserted = edits.filter((edit) => isNamedBy(edit.file, file));
        const lines = inserted.map(({ entry }) => entry.trim().split('\n').length);
        expect({ file, entries: lines.length }).toEqual({ file, entries: 1 });
        expect({ file, isShort: text.startsWith('one entry') || lines[0] === 1 }).toEqual({
          file,
          isShort: true,
        });
      }
    },
  );

  it.each([{ place: 'nowhere in the file' }, { place: 'meaning' }])(
    'a place that a file does not hold once ($place) fails with the name of the recipe',
    async ({ place }) => {
      const copy = await SourceCopy.make();
      const edit: Edit = { file: 'src/config/client-settings.ts', place: ['after', place], entry: '' };

      await expect(follow({ title: 'A setting', edits: [edit] }, copy)).rejects.toThrow(
        `A setting: src/config/client-settings.ts does not hold this text once: ${place}`,
      );
      await copy.remove();
    },
  );
});

describe('A server on which every recipe was followed', () => {
  const secret = 'a secret of a client that is long enough to pass';
  let copy: SourceCopy;
  let server: ServerProcess | undefined;
  let printedSettings: string;
  let databaseFile: string;
  let discovery: Record<string, unknown>;
  let document: OpenAPIObject;
  let adminToken: string;

  beforeAll(async () => {
    copy = await SourceCopy.make();
    for (const recipe of recipes) await follow(recipe, copy);
    await copy.build();
    const applied = join(copy.folder, 'eyrie.json');
    const keeper = {
      client_id: 'keeper',
      client_secret: secret,
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'eyrie.admin',
    };
    await writeFile(applied, JSON.stringify({ clients: [keeper] }));
    databaseFile = join(copy.folder, 'data', 'eyrie.sqlite');
    const settings = eyrie(['settings'], {}, '', { home: copy.folder });
    server = await ServerProcess.start(
      { DATABASE_URL: `sqlite:${databaseFile}`, EYRIE_APPLY: applied },
      { home: copy.folder },
    );
    printedSettings = (await settings).stdout;
    discovery = await json(await call('/.well-known/openid-configuration'));
    document = (await json(await call('/docs-json'))) as unknown as OpenAPIObject;
    const { access_token } = await json(
      await postForm('/token', {
        grant_type: 'client_credentials',
        client_id: 'keeper',
        client_secret: secret,
      }),
    );
    adminToken = String(access_token);
  });
  afterAll(async () => {
    await server?.kill();
    await copy.remove();
  });

  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(`${server?.url}${path}`, init);
  const postForm = (
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response> => call(path, { method: 'POST', body: new URLSearchParams(form), headers });
  const administer = (path: string, body?: object): Promise<Response> =>
    call(`/admin${path}`, {
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });

  it('lists the new setting with its default', () => {
    expect(printedSettings).toMatch(/^EYRIE_VOUCHER_TTL\b.*\b4321\b/m);
  });

  it('runs the new command, and shows its example', async () => {
    const environment = { DATABASE_URL: `sqlite:${databaseFile}`, EYRIE_SECRET: testSecret };
    const [run, help] = await Promise.all([
      eyrie(['voucher', 'lifetime'], environment, '', { home: copy.folder }),
      eyrie(['voucher', 'lifetime', '--help'], environment, '', { home: copy.folder }),
    ]);
    expect(run).toEqual({ code: 0, stdout: 'a voucher lasts 4321 seconds\n', stderr: '' });
    expect(help.stdout).toContain('eyrie voucher lifetime');
  });

  it('has run the new migrations, in the order of the list', () => {
    const names = rows('SELECT name FROM migrations ORDER BY id').map(({ name }) => name);
    expect(names.slice(-4)).toEqual([
      'UsersByTime9000000000000',
      'SupportUri9000000001000',
      'GrantPurpose9000000002000',
      'Announcements9000000003000',
    ]);
    expect(rows('PRAGMA index_list(users)')).toContainEqual(
      expect.objectContaining({ name: 'users_created_at' }),
    );
  });

  it('has the new column of grants', () => {
    expect(rows('PRAGMA table_info(grants)')).toContainEqual(expect.objectContaining({ name: 'purpose' }));
  });

  it('offers the new grant type and the new authentication method in discovery', () => {
    expect(discovery.grant_types_supported).toContain('urn:example:grant-type:voucher');
    expect(discovery.token_endpoint_auth_methods_supported).toContain('client_secret_header');
  });

  it('registers a client with the new names and echoes them; the client then gets a token in the new ways', async () => {
    const registration = {
      client_id: 'helper',
      client_secret: secret,
      grant_types: ['urn:example:grant-type:voucher'],
      token_endpoint_auth_method: 'client_secret_header',
      support_uri: 'https://help.example.com/',
    };
    const registered = await administer('/clients', registration);
    expect(registered.status).toBe(201);
    expect(await json(registered)).toMatchObject(registration);

    const request = { grant_type: 'urn:example:grant-type:voucher', client_id: 'helper' };
    const ask = (voucher: string): Promise<Response> =>
      postForm('/token', { ...request, voucher }, { 'client-secret': secret });
    expect(await json(await ask('helper:1'))).toMatchObject({ access_token: expect.any(String) });
    expect(await json(await ask('keeper:1'))).toMatchObject({ error: 'invalid_grant' });
    expect(rows("SELECT purpose FROM grants WHERE client_id = 'helper'")).toEqual([{ purpose: null }]);
  });

  it('refuses a value that the new member does not accept', async () => {
    const refused = await administer('/clients', { client_id: 'other', support_uri: 'no URL' });
    expect(refused.status).toBe(400);
  });

  it('describes the new member, the new event and the new admin resource in its OpenAPI document', () => {
    const { schemas = {} } = document.components ?? {};
    expect(schemas.RegisterClientDto).toMatchObject({
      properties: { support_uri: { description: expect.stringContaining('Where its users find help') } },
    });
    expect(schemas.AuditEventDto).toMatchObject({
      properties: { event: { enum: expect.arrayContaining(['announcement.created']) } },
    });
    expect(Object.keys(document.paths['/admin/announcements'] ?? {}).toSorted()).toEqual(['get', 'post']);
    expect(document.tags).toContainEqual(expect.objectContaining({ name: 'Announcements' }));
  });

  it('answers the new page with HTML', async () => {
    const page = await call('/about');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('About Eyrie');
  });

  it('shows the new page in the new language, and in English what the language does not have', async () => {
    const page = await call('/about', { headers: { 'accept-language': 'nl-BE' } });
    expect(page.headers.get('content-language')).toBe('nl');
    const text = await page.text();
    expect(text).toContain('Met deze server logt u in.');
    expect(text).toContain('About Eyrie');
    expect(discovery.ui_locales_supported).toContain('nl');
  });

  it('guards the new admin resource, keeps what is sent to it, and records the new event', async () => {
    expect((await call('/admin/announcements')).status).toBe(401);
    const created = await administer('/announcements', { text: 'Keys are rotated on Monday' });
    expect(created.status).toBe(201);
    const announcement = await json(created);
    expect(await json(await administer('/announcements'))).toEqual({ items: [announcement], next: null });
    const { items } = await json(await administer('/audit-events?event=announcement.created'));
    expect(items).toEqual([
      expect.objectContaining({ actor: 'client:keeper', detail: { id: announcement.id } }),
    ]);
  });

  function rows(query: string): Record<string, unknown>[] {
    const database = new BetterSqlite3(databaseFile, { readonly: true });
    try {
      return database.prepare<[], Record<string, unknown>>(query).all();
    } finally {
      database.close();
    }
  }
});

const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;
