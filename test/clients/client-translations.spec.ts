import { Apply } from '../../src/provisioning/apply.js';
import { authorizeUrl } from '../support/authorization-requests.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { type Shown, signIn } from '../support/browser.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { metadata, type Registered, send } from '../support/dynamic-registration.js';
import { ProgramHost } from '../support/program-host.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';
import { alice, messageWriter, testSecret, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';
import { signedInBrowser, shows } from '../support/walk.js';

const inGerman = {
  'client_name#de': 'Nachrichtenschreiber',
  'policy_uri#de': 'https://writer.example.com/datenschutz',
};

describe('A client with a name in other languages', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' }, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await admin.patch('/clients/message-writer', {
      ...inGerman,
      'client_name#zh-CN': '信使',
      'client_name#it': 'Scrittore',
      policy_uri: 'https://writer.example.com/privacy',
      client_uri: 'https://writer.example.com/',
      'client_uri#de': 'https://writer.example.com/de',
      'logo_uri#de': 'https://images.example.com/de.png',
    });
  });

  const open = (ui_locales: string): Promise<Shown> =>
    browser.open(authorizeUrl({ ui_locales, prompt: 'consent' }));

  it.each([
    ['de', 'Nachrichtenschreiber', 'https://writer.example.com/datenschutz'],
    ['de-AT', 'Nachrichtenschreiber', 'https://writer.example.com/datenschutz'],
    ['zh-Hans', '信使', 'https://writer.example.com/privacy'],
    ['fr', 'MessageWriter', 'https://writer.example.com/privacy'],
    ['en', 'MessageWriter', 'https://writer.example.com/privacy'],
  ])(
    'is shown in %s by that name at sign-in and consent, with the pages of that language',
    async (language, name, policy) => {
      const signInPage = await open(language);
      expect(shows.signIn(signInPage)).toBe(true);
      const consent = await signIn(browser, signInPage, alice);
      expect(shows.consent(consent)).toBe(true);

      for (const { html } of [signInPage, consent]) {
        expect(html).toContain(name);
        expect(html).toContain(`href="${policy}"`);
      }
    },
  );

  it('has the logo of the language, which the policy of that page allows, and only that', async () => {
    const german = await signIn(browser, await open('de'), alice);
    expect(german.html).toContain('src="https://images.example.com/de.png"');
    expect(german.headers.get('content-security-policy')).toContain(
      "img-src 'self' https://images.example.com",
    );
    const english = await open('en');
    expect(shows.consent(english)).toBe(true);
    expect(english.headers.get('content-security-policy')).not.toContain('images.example.com');
  });

  it('is shown by it in the account, in what happened there, and where people are led back', async () => {
    const person = { ...alice, username: 'reader', email: 'reader@example.com' };
    await server.createUser(person);
    const reader = await signedInBrowser(server, person);
    const party = await RelyingParty.register(server, { client_name: 'Plain', ...inGerman }, reader);
    await party.tokens();
    const german = async (path: string): Promise<string> =>
      (await reader.send(path, { headers: { 'accept-language': 'de' } })).html;

    for (const path of ['/account', '/account/activity']) {
      expect(await german(path)).toContain('Nachrichtenschreiber');
      expect((await reader.open(path)).html).toContain('Plain');
    }
    const back = await browser.send(
      authorizeUrl({ response_type: 'nonsense', redirect_uri: 'https://evil.example.com' }),
      {
        headers: { 'accept-language': 'de' },
      },
    );
    expect(back.html).toContain('href="https://writer.example.com/de"');
    expect(back.html).toContain('Nachrichtenschreiber');
  });

  it('is read back with all of it, and changed member by member', async () => {
    const { client_id } = (
      await admin.post('/clients', { ...messageWriter, client_id: undefined, ...inGerman })
    ).body;
    const path = `/clients/${client_id as string}`;
    expect((await admin.get(path)).body).toMatchObject(inGerman);

    const changed = await admin.patch(path, { 'client_name#FR': 'Messager', 'policy_uri#de': null });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      'client_name#de': 'Nachrichtenschreiber',
      'client_name#fr': 'Messager',
    });
    expect(changed.body).not.toHaveProperty('policy_uri#de');

    const events = itemsOf(
      await admin.get(`/audit-events?client_id=${client_id as string}&event=client.updated`),
    );
    expect(events[0]).toMatchObject({
      detail: { changes: { 'client_name#fr': { from: null, to: 'Messager' } } },
    });
    await admin.patch(path, { 'client_name#fr': 'Messager' });
    expect(
      itemsOf(await admin.get(`/audit-events?client_id=${client_id as string}&event=client.updated`)),
    ).toHaveLength(events.length);
  });

  it.each([
    [{ 'client_name#no_tag': 'X' }, 'client_name#no_tag'],
    [{ 'client_name#': 'X' }, 'client_name#'],
    [{ 'client_name#de': 'A\u202eB' }, 'client_name#de'],
    [{ 'tos_uri#de': 'javascript:alert(1)' }, 'tos_uri#de'],
    [{ 'client_name#de': 7 }, 'client_name#de'],
    [{ 'client_name#de': 'A', 'client_name#DE': 'B' }, 'client_name#DE'],
    [{ 'contacts#de': ['a@example.com'] }, 'contacts#de'],
    [{ 'client_name#de': 'A', scope: 5 }, 'scope'],
  ])('is refused by the admin API for %j', async (members, field) => {
    expectRefusedField(await admin.patch('/clients/message-writer', members), field);
    expectRefusedField(
      await admin.post('/clients', { ...messageWriter, client_id: 'new', ...members }),
      field,
    );
  });

  describe('that registers itself', () => {
    const register = (members: object) => send(server, 'POST', '/register', { ...metadata, ...members });

    it('has it in the answers, and replaces all of it', async () => {
      const answer = await register({
        ...inGerman,
        'client_name#ja-Jpan-JP': 'クライアント名',
        'unknown#de': 'X',
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ ...inGerman, 'client_name#ja-Jpan-JP': 'クライアント名' });
      expect(answer.body).not.toHaveProperty('unknown#de');

      const { client_id, registration_access_token: token } = answer.body as Registered;
      const path = `/register/${client_id}`;
      expect((await send(server, 'GET', path, undefined, token)).body).toMatchObject(inGerman);
      const replaced = await send(
        server,
        'PUT',
        path,
        { ...metadata, client_id, 'client_name#fr': 'Nouveau' },
        token,
      );
      expect(replaced.body).toMatchObject({ 'client_name#fr': 'Nouveau' });
      expect(replaced.body).not.toHaveProperty('client_name#de');
    });

    it.each([
      { 'client_name#x_y': 'A' },
      { 'client_name#de': 'A\u202eB' },
      { 'logo_uri#de': 'data:image/png;base64,AA' },
    ])('is refused for %j', async (members) => {
      expectRefusal(await register(members), 400, 'invalid_client_metadata');
    });

    it('has no logo of another host in any language', async () => {
      const { client_id } = (
        await register({ scope: 'openid', 'logo_uri#de': 'https://images.example.com/x.png' })
      ).body as Registered;
      const url = authorizeUrl({
        client_id,
        redirect_uri: 'https://rp.example.com/callback',
        scope: 'openid',
        ui_locales: 'de',
        prompt: 'consent',
      });
      const page = await signIn(browser, await browser.open(url), alice);
      expect(shows.consent(page)).toBe(true);
      expect(page.html).not.toContain('images.example.com');
      expect(page.headers.get('content-security-policy')).not.toContain('images.example.com');
    });
  });

  describe('of a configuration file', () => {
    let files: ConfigurationFiles;
    beforeAll(async () => {
      files = await ConfigurationFiles.create();
    });
    afterAll(() => files.remove());

    const apply = async (members: string) =>
      server.app.get(Apply).apply([
        await files.write(`
clients:
  - client_id: configured
    client_name: Configured
    token_endpoint_auth_method: none
    redirect_uris: [https://app.example.com/callback]
${members}`),
      ]);

    it('is created, left alone if nothing differs, and updated', async () => {
      const german = '    client_name#de: Eingerichtet\n';
      expect([...(await apply(german))]).toMatchObject([{ outcome: 'created' }]);
      expect([...(await apply('    client_name#DE: Eingerichtet\n'))]).toMatchObject([
        { outcome: 'unchanged' },
      ]);
      expect([...(await apply('    client_name#de: Konfiguriert\n'))]).toMatchObject([
        { outcome: 'updated' },
      ]);
      expect((await admin.get('/clients/configured')).body).toMatchObject({
        'client_name#de': 'Konfiguriert',
      });
      expect([...(await apply('    client_name#de: null\n'))]).toMatchObject([{ outcome: 'updated' }]);
      expect((await admin.get('/clients/configured')).body).not.toHaveProperty('client_name#de');
    });

    it('is refused with the line of the member', async () => {
      await expect(apply('    client_name#de_DE: Eingerichtet\n')).rejects.toThrow(
        /:7:.*client_name#de_DE must end with a language tag/,
      );
      await expect(apply('    contacts#de: [x]\n')).rejects.toThrow(/contacts#de/);
    });
  });

  it('is created, shown and updated on the command line', async () => {
    const commands = new ProgramHost();
    const run = (...words: string[]) =>
      commands.eyrie(['client', ...words], { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret });
    await run(
      'create',
      '--id',
      'by-command',
      '--grant-type',
      'client_credentials',
      '--set',
      'client_name#de=Dienst',
    );
    await run('update', 'by-command', '--set', 'client_name#FR=Service', 'client_name#de=Werkzeug');
    const shown = JSON.parse((await run('show', 'by-command', '--json')).stdout) as object;
    expect(shown).toMatchObject({ 'client_name#de': 'Werkzeug', 'client_name#fr': 'Service' });
    const refused = await run('update', 'by-command', '--set', 'client_name#de_DE=X');
    expect(refused.stderr).toContain('client_name#de_DE must end with a language tag');
    expect((await run('create', '--help')).stdout).toContain('in another language: client_name#de');
    await commands.end();
  });
});
