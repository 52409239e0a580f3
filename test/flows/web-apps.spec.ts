import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registration } from '../../src/clients/client-registration.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { payloadOf } from '../support/relying-party.js';
import { putResource } from '../support/resources.js';
import { alice, freePort, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';
import { walk } from '../support/walk.js';
import { Workplace } from '../support/workplace.js';

/** What the MCP client shows of its tokens. */
interface Authorized {
  readonly result: string;
  readonly tokens: { readonly access_token: string };
}

/** What docs/clients.md says each of them needs, beside its redirection URI. */
const registrations: Readonly<Record<string, Registration>> = {
  'auth-js': { id_token_claims: true },
  'express-openid-connect': {
    id_token_claims: true,
    grant_types: ['authorization_code', 'refresh_token'],
  },
  'passport-openidconnect': { require_pkce: false, token_endpoint_auth_method: 'client_secret_post' },
};
const names = [...Object.keys(registrations), 'mcp-sdk'];

const packages = {
  '@auth/core': '^0.41.3',
  '@modelcontextprotocol/sdk': '^1.32.2',
  express: '^5.3.0',
  'express-openid-connect': '^3.4.0',
  'express-session': '^1.19.0',
  passport: '^0.7.0',
  'passport-openidconnect': '^0.1.2',
};

describe('Web applications with libraries of others', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' });
  const browser = useBrowser(server);
  const origins: Record<string, string> = {};
  let place: Workplace;
  let apps: ChildProcess;
  let subject: string;
  let person: object;

  beforeAll(async () => {
    subject = await server.createUser(alice);
    person = { name: alice.name, email: alice.email };
    place = await Workplace.create();
    await place.install(packages);
    await cp(join(import.meta.dirname, 'web-apps'), place.path, { recursive: true });
    const settings = [];
    for (const name of names) settings.push(await settingsOf(name));
    apps = spawn(process.execPath, ['run.mjs', JSON.stringify(settings)], {
      cwd: place.path,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(apps, 'exit').then(() => Promise.reject(new Error('the applications ended')));
    await Promise.race([once(apps.stdout!, 'data'), ended]);
    ended.catch(() => undefined);
  });
  afterAll(async () => {
    if (apps?.kill()) await once(apps, 'exit');
    await place?.remove();
  });

  it('express-openid-connect signs Alice in, refreshes, and signs her out here too', async () => {
    const app = appNamed('express-openid-connect');
    await returned(app, await app.open('/login'));
    expect(json(await app.open('/me'))).toEqual({ sub: subject, ...person });
    expect(json(await app.open('/refresh'))).toMatchObject({ isOther: true, person: { sub: subject } });

    const leaving = await app.open('/logout');
    expect((await browser.open(leaving.url)).url).toBe(`${origins['express-openid-connect']}/me`);
    expect((await app.open('/me')).status).toBe(401);
    expect((await browser.open('/account')).html).toContain('name="password"');
  });

  it('passport-openidconnect signs Alice in without PKCE, with its secret in the body, and asks userinfo', async () => {
    const app = appNamed('passport-openidconnect');
    await returned(app, await app.open('/login'));
    expect(json(await app.open('/me'))).toEqual({ sub: subject, ...person });
    await app.open('/logout');
    expect((await app.open('/me')).status).toBe(401);
  });

  it('Auth.js signs Alice in, and knows her by her ID token alone', async () => {
    const app = appNamed('auth-js');
    const page = await app.open('/auth/signin');
    const session = await returned(app, await app.submit(page, { csrfToken: csrfTokenOf(page) }));
    expect(json(session)).toMatchObject({ user: person });
    const leaving = await app.open('/auth/signout');
    expect(json(await app.submit(leaving, { csrfToken: csrfTokenOf(leaving) }))).toBeNull();
  });

  it('the MCP SDK discovers, registers itself, gets a token for its resource alone, and refreshes it', async () => {
    const app = appNamed('mcp-sdk');
    const resource = {
      identifier: `${origins['mcp-sdk']}/mcp`,
      name: 'Tools',
      scopes: { tools: 'Use tools' },
    };
    await putResource(server, resource);

    const signedIn = json(await returned(app, await app.open('/login'))) as Authorized;
    const refreshed = json(await app.open('/refresh')) as Authorized;
    expect(refreshed.tokens.access_token).not.toBe(signedIn.tokens.access_token);
    for (const { result, tokens } of [signedIn, refreshed]) {
      expect(result).toBe('AUTHORIZED');
      const claims = payloadOf(tokens.access_token);
      expect(claims).toMatchObject({ aud: resource.identifier, sub: subject, scope: 'tools' });
    }
  });

  async function settingsOf(name: string): Promise<object> {
    const origin = `http://127.0.0.1:${await freePort()}`;
    origins[name] = origin;
    const registration = registrations[name];
    const paths = ['/callback', '/auth/callback/eyrie'];
    const client = registration && {
      redirect_uris: paths.map((path) => origin + path),
      post_logout_redirect_uris: [`${origin}/me`],
      scope: 'openid profile email offline_access',
      ...registration,
    };
    return { name, issuer: server.issuer, origin, ...(client && (await server.register(client))) };
  }

  const appNamed = (name: string): TestBrowser => new TestBrowser(origins[name]!);
  const json = ({ html }: Shown): unknown => JSON.parse(html);
  const csrfTokenOf = ({ html }: Shown): string => /name="csrfToken" value="(\w+)"/.exec(html)![1]!;

  /** Alice signs in and allows, and the application has the answer. */
  async function returned(app: TestBrowser, leaving: Shown): Promise<Shown> {
    const answer = await walk(browser, leaving.url);
    return app.open(answer.url);
  }
});
