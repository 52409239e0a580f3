import { Changes } from '../../src/audit/changes.js';
import { NetworkLimits } from '../../src/http/network-limits.js';
import { Database } from '../../src/persistence/database.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { ThrottlesStore } from '../../src/persistence/stores/throttles.store.js';
import { expectCode, requestFields, verifier } from '../support/authorization-requests.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { proof, proofKey } from '../support/dpop-proofs.js';
import { encode, type Fields, form, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

describe('O2 what anonymous requests write and fetch', () => {
  const server = useServer(
    {
      EYRIE_ANONYMOUS_REQUESTS: '3',
      EYRIE_TRUSTED_PROXIES: '127.0.0.1',
      EYRIE_PUSHED_REQUEST_TTL: '30',
      EYRIE_REQUEST_URI: 'any',
      EYRIE_OUTBOUND_ALLOW: '127.0.0.1',
    },
    { users: [alice] },
  );
  let app: RelyingParty;
  let writer: RelyingParty;

  beforeAll(async () => {
    app = await RelyingParty.register(server, {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', deviceGrant],
    });
    writer = await RelyingParty.register(server);
  });
  // What the test before counted lies outside of the window.
  beforeEach(() => server.clock.advance(61));

  const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
  const post = async (path: string, fields: Fields, headers: Record<string, string>): Promise<Reply> => {
    const response = await fetch(server.issuer + path, {
      method: 'POST',
      headers: { 'content-type': form, 'x-forwarded-for': '192.0.2.1', ...headers },
      body: encode(fields),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const push = (headers: Record<string, string> = {}, by = app): Promise<Reply> =>
    post('/par', requestFields({ client_id: by.clientId }), headers);
  const beginDevice = (headers: Record<string, string> = {}): Promise<Reply> =>
    post('/device_authorization', { client_id: app.clientId, scope: 'openid' }, headers);
  const key = proofKey();
  const junkWithProof = async (headers: Record<string, string> = {}): Promise<Reply> =>
    post(
      '/token',
      { grant_type: 'refresh_token', client_id: app.clientId, refresh_token: 'junk' },
      { dpop: await proof(server, await key), ...headers },
    );
  const rows = async (table: string): Promise<number> => {
    const [row] = await server.app
      .get(Database)
      .query<{ total: number }>(`SELECT COUNT(*) AS total FROM ${table}`, []);
    return row?.total ?? 0;
  };

  it.each([
    ['pushed requests', push, 201, 'pushed_requests'],
    ['device authorizations', beginDevice, 200, 'device_codes'],
    ['DPoP proofs beside tokens that do not exist', junkWithProof, 400, 'used_jtis'],
  ])(
    'O2 %s of a public client are bounded per network, by 429 with Retry-After, and write no more',
    async (_what, send, status, table) => {
      const before = await rows(table);
      const answers: Reply[] = [];
      for (let i = 0; i < 6; i++) answers.push(await send());

      const limited = answers.filter((answer) => answer.status === 429);
      expect(answers[0]?.status).toBe(status);
      expect(limited.length).toBeGreaterThanOrEqual(2);
      for (const { headers, body } of limited) {
        expect(body.error).toBe('temporarily_unavailable');
        const retryAfter = Number(headers.get('retry-after'));
        expect(retryAfter > 0 && retryAfter <= 60).toBe(true);
      }
      expect((await rows(table)) - before).toBeLessThanOrEqual(4);
      expect((await send({ 'x-forwarded-for': '192.0.2.2' })).status).toBe(status);
      server.clock.advance(61);
      expect((await send()).status).toBe(status);
    },
  );

  it('O2 the addresses of one IPv6 network count as one', async () => {
    const answers: number[] = [];
    for (let i = 0; i < 4; i++)
      answers.push((await push({ 'x-forwarded-for': `[2001:db8::${i}]:500${i}` })).status);
    expect(answers).toEqual([201, 201, 201, 429]);
  });

  it('O2 requests of a confidential client that an operator registered are not counted', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        writer.authenticated('/par', requestFields({ client_id: writer.clientId })),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
  });

  it('O2 successful requests with DPoP proofs are not counted', async () => {
    const answers: number[] = [];
    for (let i = 0; i < 5; i++) {
      const authorized = await app.authorize();
      const fields = {
        grant_type: 'authorization_code',
        client_id: app.clientId,
        code: authorized.code,
        redirect_uri: app.redirectUri,
        code_verifier: authorized.verifier,
      };
      answers.push((await post('/token', fields, { dpop: await proof(server, await key) })).status);
    }
    expect(answers).toEqual([200, 200, 200, 200, 200]);
  });

  it('O2 another replica counts with the first, and what is over its limit writes nothing', async () => {
    const store = server.app.get(ThrottlesStore);
    const limit = { name: 'work', maxCount: 2, windowSeconds: 60 };
    const changes = server.app.get(Changes);
    const replica = (): NetworkLimits => new NetworkLimits(store, changes, server.clock);
    const [first, second] = [replica(), replica()];
    const address = '198.51.100.1';

    expect(await first.count(limit, address)).toBeUndefined();
    expect(await second.count(limit, address)).toBeUndefined();
    expect(await first.count(limit, address)).toBeGreaterThan(0);
    expect(await second.wait(limit, address)).toBeGreaterThan(0);
    const counted = async (): Promise<unknown> =>
      server.app.get(Database).query('SELECT key_hash, attempts FROM throttles ORDER BY key_hash', []);
    const before = await counted();
    for (let i = 0; i < 5; i++) expect(await first.count(limit, address)).toBeGreaterThan(0);
    expect(await counted()).toEqual(before);
  });

  it('O2 documents of request_uri are fetched a limited number of times for one network', async () => {
    const client = await RelyingParty.register(server, {
      token_endpoint_auth_method: 'private_key_jwt',
    });
    const errors: (string | null)[] = [];
    for (let i = 0; i < 5; i++) {
      // Nothing listens there.
      const request_uri = `http://127.0.0.1:9/request-${i}`;
      const query = encode({ ...requestFields({ client_id: client.clientId }), request_uri });
      const response = await fetch(`${server.issuer}/authorize?${query}`, {
        redirect: 'manual',
        headers: { 'x-forwarded-for': '192.0.2.1' },
      });
      errors.push(new URL(response.headers.get('location') ?? '').searchParams.get('error'));
    }
    expect(errors).toEqual([
      ...Array<string>(3).fill('invalid_request_uri'),
      'temporarily_unavailable',
      'temporarily_unavailable',
    ]);
  });

  it('H1 a pushed request that no browser brings is gone when its time is over', async () => {
    expect((await push()).status).toBe(201);
    server.clock.advance(30);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await rows('pushed_requests')).toBe(0);
  });

  it('H1 a pushed request that a browser brought to our pages can be answered for as long as any other', async () => {
    const { request_uri } = (await push()).body as { request_uri: string };
    const url = `/authorize?${encode({ client_id: app.clientId, request_uri })}`;
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open(url);
    server.clock.advance(3_000);
    await server.app.get(Sweeper).sweep(server.clock.now());

    // Another browser comes too late.
    expect((await new TestBrowser(server.issuer).open(url)).status).toBe(400);
    const question = await signIn(browser, page, alice);
    const left = question.html.includes('id="allow"') ? await allow(browser, question) : question;
    expect(
      (
        await post(
          '/token',
          {
            grant_type: 'authorization_code',
            client_id: app.clientId,
            code: expectCode(left),
            redirect_uri: app.redirectUri,
            code_verifier: verifier,
          },
          {},
        )
      ).status,
    ).toBe(200);
  });
});
