import { BearerModule, RequireAcr, RequireScopes } from '@eyrie/guard';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import * as openid from 'openid-client';
import { multiFactorAcr, passwordAcr } from '../../src/protocol/acr.js';
import { changesOfRows, everyRow, isHousekeeping, type RowChange } from '../support/database-rows.js';
import { responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { type App, codeOf, setUpApp } from '../support/second-factor.js';
import { alice, contacts, useServer } from '../support/server.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

const scope = 'openid offline_access contacts.read';

@Controller('contacts')
class ContactsController {
  /** How often contacts were deleted. */
  static deletions = 0;

  @RequireScopes('contacts.read')
  @Get()
  list(): unknown {
    return { contacts: [] };
  }

  @RequireScopes('contacts.read')
  @RequireAcr(multiFactorAcr)
  @Post('delete')
  delete(): unknown {
    return { deletions: ++ContactsController.deletions };
  }

  @RequireScopes('contacts.read')
  @RequireAcr([], { maxAge: 300 })
  @Get('export')
  export(): unknown {
    return { exported: true };
  }

  @RequireScopes('contacts.read')
  @RequireAcr(multiFactorAcr, { maxAge: 300 })
  @Get('keys')
  keys(): unknown {
    return { keys: [] };
  }
}

describe('H5 step-up (RFC 9470) at a service behind the guard', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'on-request' }, { users: [alice] });
  let service: NestFastifyApplication;
  let client: openid.Configuration;
  let party: RelyingParty;
  let app: App;

  beforeAll(async () => {
    @Module({
      imports: [
        BearerModule.forRoot({
          issuer: server.issuer,
          audience: contacts.identifier,
          now: () => server.clock.now() * 1000,
        }),
      ],
      controllers: [ContactsController],
    })
    class ContactsModule {}
    service = await NestFactory.create(ContactsModule, new FastifyAdapter(), { logger: false });
    await service.listen(0, '127.0.0.1');
    app = await setUpApp(server, await signedInBrowser(server));
    party = await RelyingParty.register(server, { scope });
    client = await party.openidClient();
  });
  afterAll(() => service.close());

  /** What the service answers; a challenge as openid-client reads it. */
  async function call(
    path: string,
    token: string,
    method = 'GET',
  ): Promise<{ status: number; challenge?: Partial<Record<string, string>> }> {
    try {
      const url = new URL(`${await service.getUrl()}/contacts${path}`);
      return { status: (await openid.fetchProtectedResource(client, token, url, method)).status };
    } catch (error) {
      if (!(error instanceof openid.WWWAuthenticateChallengeError)) throw error;
      return { status: error.status, challenge: { ...error.cause[0]?.parameters } };
    }
  }

  /** An authorization request of the client with these parameters, and what the browser shows then. */
  async function begin(
    browser: TestBrowser,
    parameters: Record<string, string> = {},
  ): Promise<{ page: Shown; finish: (page: Shown) => Promise<openid.TokenEndpointResponse> }> {
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: party.redirectUri,
      scope,
      state,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    const finish = (page: Shown): Promise<openid.TokenEndpointResponse> => {
      const response = new URL(`${party.redirectUri}?${responseOf(page)}`);
      return openid.authorizationCodeGrant(client, response, {
        pkceCodeVerifier: verifier,
        expectedState: state,
      });
    };
    return { page: await browser.open(url.pathname + url.search), finish };
  }

  /** Tokens of a sign-in by the password alone, in a browser of its own. */
  async function plain(): Promise<{ browser: TestBrowser; tokens: openid.TokenEndpointResponse }> {
    const browser = new TestBrowser(server.issuer);
    await walk(browser, party.authorizeUrl('v'.repeat(43)));
    const { page, finish } = await begin(browser);
    return { browser, tokens: await finish(page) };
  }

  /** The parameters of a challenge that belong into the authorization request (RFC 9470 §4). */
  const asked = (challenge: Partial<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(
      ['acr_values', 'max_age'].flatMap((name) => {
        const value = challenge[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );

  it('the challenge names the acr, the person gives the code alone, and the new token passes; the old one does not', async () => {
    const { browser, tokens } = await plain();
    expect((await call('', tokens.access_token)).status).toBe(200);
    const before = ContactsController.deletions;
    const refused = await call('/delete', tokens.access_token, 'POST');
    expect(refused).toMatchObject({
      status: 401,
      challenge: { error: 'insufficient_user_authentication', acr_values: multiFactorAcr },
    });

    const { page, finish } = await begin(browser, asked(refused.challenge));
    expect(shows.signIn(page)).toBe(false);
    expect(page.html).toContain('name="code"');
    const stronger = await finish(await browser.submit(page, { code: await codeOf(server, app) }));
    expect(payloadOf(stronger.access_token)).toMatchObject({ acr: multiFactorAcr });
    expect((await party.introspect(stronger.access_token)).body).toMatchObject({
      acr: multiFactorAcr,
      auth_time: payloadOf(stronger.access_token).auth_time,
    });
    expect((await call('/delete', stronger.access_token, 'POST')).status).toBe(201);
    expect((await call('/delete', tokens.access_token, 'POST')).status).toBe(401);
    expect(ContactsController.deletions).toBe(before + 1);
  });

  it('a refresh keeps what it was: neither does a weak grant grow, nor does a strong one shrink', async () => {
    const { browser, tokens } = await plain();
    server.clock.advance(60);
    const { page, finish } = await begin(browser, { acr_values: multiFactorAcr });
    const stronger = await finish(await browser.submit(page, { code: await codeOf(server, app) }));
    server.clock.advance(30);
    const [weak, strong] = await Promise.all(
      [tokens, stronger].map(({ refresh_token: token = '' }) => openid.refreshTokenGrant(client, token)),
    );
    expect(payloadOf(weak?.access_token ?? '')).toMatchObject({ acr: passwordAcr });
    expect((await call('/delete', weak?.access_token ?? '', 'POST')).status).toBe(401);
    const { acr, auth_time } = payloadOf(stronger.access_token);
    expect(payloadOf(strong?.access_token ?? '')).toMatchObject({ acr, auth_time });
    expect((await call('/delete', strong?.access_token ?? '', 'POST')).status).toBe(201);
  });

  it('max_age asks for the password again once the sign-in is too old, and a refresh does not help', async () => {
    const { browser, tokens } = await plain();
    expect((await call('/export', tokens.access_token)).status).toBe(200);
    server.clock.advance(301);
    const refreshed = await openid.refreshTokenGrant(client, tokens.refresh_token ?? '');
    expect(payloadOf(refreshed.access_token).auth_time).toBe(payloadOf(tokens.access_token).auth_time);
    const refused = await call('/export', refreshed.access_token);
    expect(refused).toMatchObject({
      status: 401,
      challenge: { error: 'insufficient_user_authentication', max_age: '300' },
    });
    const { page, finish } = await begin(browser, asked(refused.challenge));
    expect(shows.signIn(page)).toBe(true);
    const recent = await finish(await signIn(browser, page, alice));
    expect((await call('/export', recent.access_token)).status).toBe(200);
    expect((await call('/export', refreshed.access_token)).status).toBe(401);
  });

  it('acr and max_age together ask for both factors again once both are too old', async () => {
    const { browser } = await plain();
    server.clock.advance(60);
    const first = await begin(browser, { acr_values: multiFactorAcr });
    const strong = await first.finish(await browser.submit(first.page, { code: await codeOf(server, app) }));
    expect((await call('/keys', strong.access_token)).status).toBe(200);
    server.clock.advance(301);
    const refused = await call('/keys', strong.access_token);
    expect(refused.status).toBe(401);
    expect(asked(refused.challenge)).toEqual({ acr_values: multiFactorAcr, max_age: '300' });
    const { page, finish } = await begin(browser, asked(refused.challenge));
    const second = await signIn(browser, page, alice);
    expect(second.html).toContain('name="code"');
    const tokens = await finish(await browser.submit(second, { code: await codeOf(server, app) }));
    expect((await call('/keys', tokens.access_token)).status).toBe(200);
  });

  it('a sign-in at the time of the step-up by somebody else gives no token for this person', async () => {
    const { browser, tokens } = await plain();
    const hint = { id_token_hint: tokens.id_token ?? '', prompt: 'none' };
    await server.createUser({ ...alice, username: 'mallory', email: 'mallory@example.com' });
    const other = new TestBrowser(server.issuer);
    await walk(other, party.authorizeUrl('v'.repeat(43)), { ...alice, username: 'mallory' });
    const { page, finish } = await begin(other, hint);
    await expect(finish(page)).rejects.toMatchObject({ error: 'login_required' });
    expect((await begin(browser, hint)).page.url).toContain('code=');
  });

  it('a wrong code gives nothing, and the session stays what it was', async () => {
    const { browser } = await plain();
    const { page } = await begin(browser, { acr_values: multiFactorAcr });
    const right = await codeOf(server, app);
    const refused = await browser.submit(page, { code: right === '000000' ? '111111' : '000000' });
    expect(refused.status).toBe(401);
    const again = await begin(browser);
    expect(payloadOf((await again.finish(again.page)).access_token)).toMatchObject({ acr: passwordAcr });
  });

  describe('what cannot be reached', () => {
    const unreachable = 'urn:example:acr:gold';
    const essential = (value: string): string =>
      JSON.stringify({ id_token: { acr: { essential: true, value } } });

    it('as an essential claim is unmet_authentication_requirements, without a page or a code', async () => {
      const { browser } = await plain();
      const before = await everyRow(server);
      const { page, finish } = await begin(browser, { claims: essential(unreachable) });
      await expect(finish(page)).rejects.toMatchObject({ error: 'unmet_authentication_requirements' });
      const written = changesOfRows(before, await everyRow(server));
      // A session that is looked at says when.
      const isSeen = ({ table, columns }: RowChange): boolean =>
        table === 'sessions' && columns.join(' ') === 'last_seen_at';
      expect(written.filter((change) => !isHousekeeping(change) && !isSeen(change))).toEqual([]);
    });

    it('by this person, who has no second factor, is the same', async () => {
      await server.createUser({ ...alice, username: 'bob', email: 'bob@example.com' });
      const browser = new TestBrowser(server.issuer);
      await walk(browser, party.authorizeUrl('v'.repeat(43)), { ...alice, username: 'bob' });
      const { page, finish } = await begin(browser, { claims: essential(multiFactorAcr) });
      await expect(finish(page)).rejects.toMatchObject({ error: 'unmet_authentication_requirements' });
    });

    it('in acr_values gives a token with what was reached, which the service goes on refusing', async () => {
      const { browser } = await plain();
      const { page, finish } = await begin(browser, { acr_values: unreachable });
      const tokens = await finish(page);
      expect(payloadOf(tokens.access_token)).toMatchObject({ acr: passwordAcr });
      expect((await call('/delete', tokens.access_token, 'POST')).status).toBe(401);
    });

    it('with prompt=none is login_required where a page would help', async () => {
      const { browser } = await plain();
      const parameters = { claims: essential(multiFactorAcr), prompt: 'none' };
      const { page, finish } = await begin(browser, parameters);
      await expect(finish(page)).rejects.toMatchObject({ error: 'login_required' });
    });
  });
});
