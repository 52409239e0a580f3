import { ClientRegistration, type Registration } from '../../src/clients/client-registration.js';
import { responseOf, TestBrowser } from '../support/browser.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { encode, expectRefusal, payloadOf, RelyingParty, request } from '../support/relying-party.js';

const pairwise = { subject_type: 'pairwise' };
const form = /^[\w-]{43}$/;

describe('F3 pairwise subjects', () => {
  let server: TestServer;
  let host: KeyHost;
  let userId: string;
  let browser: TestBrowser;

  const register = async (registration: Registration): Promise<RelyingParty> =>
    RelyingParty.register(server, { ...pairwise, ...registration }, browser);
  const at = (...hosts: string[]): string[] => hosts.map((name) => `https://${name}/callback`);
  const subjectOf = async (party: RelyingParty): Promise<unknown> =>
    payloadOf((await party.tokens()).id_token).sub;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({
      EYRIE_OUTBOUND_ALLOW: host.host,
      EYRIE_REGISTRATION: 'open',
      EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
    });
    userId = await server.createUser(alice);
    browser = new TestBrowser(server.issuer);
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  it.each(['jwt', 'opaque'])(
    'the ID token, userinfo, introspection and a refresh tell the same subject, and nothing tells the user’s id (%s)',
    async (access_token_format) => {
      const party = await register({ access_token_format });
      const tokens = await party.tokens();
      const { sub } = payloadOf(tokens.id_token);
      expect(sub).toMatch(form);
      expect(sub).not.toBe(userId);

      const refreshed = await party.refresh(tokens.refresh_token);
      expect(payloadOf(refreshed.body.id_token).sub).toBe(sub);
      for (const token of [tokens.access_token, refreshed.body.access_token, refreshed.body.refresh_token])
        expect((await party.introspect(token)).body).toMatchObject({ active: true, sub });
      const userinfo = await party.userinfo(refreshed.body.access_token);
      // Twice: the second answer comes from what was remembered of the token.
      expect((await party.userinfo(refreshed.body.access_token)).body).toEqual(userinfo.body);
      expect(userinfo.body).toMatchObject({ sub, name: 'Alice', email: 'alice@example.com' });

      const told = JSON.stringify([
        payloadOf(tokens.id_token),
        userinfo.body,
        access_token_format === 'jwt' ? payloadOf(tokens.access_token) : {},
      ]);
      expect(told).not.toContain(userId);
    },
  );

  it('a client with public subjects gets the user’s id', async () => {
    expect(await subjectOf(await register({ subject_type: 'public' }))).toBe(userId);
  });

  it('clients of one host share subjects, those of others do not, nor do other users', async () => {
    const [one, same, other] = [
      await subjectOf(await register({ redirect_uris: at('one.example.com') })),
      await subjectOf(await register({ redirect_uris: ['https://one.example.com:8443/elsewhere'] })),
      await subjectOf(await register({ redirect_uris: at('other.example.com') })),
    ];
    expect(same).toBe(one);
    expect(other).not.toBe(one);

    const bob = { ...alice, username: 'bob', email: 'bob@example.com' };
    await server.createUser(bob);
    const party = await RelyingParty.register(server, { ...pairwise, redirect_uris: at('one.example.com') });
    const answer = await party.redeem(await party.authorize({}, bob));
    expect(payloadOf(answer.body.id_token).sub).toMatch(form);
    expect(payloadOf(answer.body.id_token).sub).not.toBe(one);
  });

  it('clients with the same sector identifier URI share subjects, whatever their hosts', async () => {
    host.documents.set('/sector', at('left.example.com', 'right.example.com'));
    const sector_identifier_uri = host.url('/sector');
    const left = await register({ redirect_uris: at('left.example.com'), sector_identifier_uri });
    const right = await register({ redirect_uris: at('right.example.com'), sector_identifier_uri });
    expect(await subjectOf(left)).toBe(await subjectOf(right));
  });

  it('an id_token_hint with the pairwise subject names the user, and one of somebody else does not', async () => {
    const party = await register({});
    const { id_token } = await party.tokens();
    expect((await party.authorize({ prompt: 'none', id_token_hint: id_token })).code).toBeDefined();

    const carol = { ...alice, username: 'carol', email: 'carol@example.com' };
    await server.createUser(carol);
    const elsewhere = await RelyingParty.register(server, pairwise);
    const answer = await elsewhere.redeem(await elsewhere.authorize({}, carol));
    const query = encode({
      response_type: 'code',
      client_id: party.clientId,
      redirect_uri: party.redirectUri,
      scope: 'openid',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      prompt: 'none',
      id_token_hint: answer.body.id_token,
    });
    expect(responseOf(await browser.open(`/authorize?${query}`)).get('error')).toBe('login_required');
  });

  it('the claim sub asked for by its pairwise value is the user; by the user’s id it is nobody', async () => {
    const party = await register({});
    const { sub } = payloadOf((await party.tokens()).id_token);
    const claims = (value: unknown): string => JSON.stringify({ id_token: { sub: { value } } });
    expect((await party.authorize({ prompt: 'none', claims: claims(sub) })).code).toBeDefined();
    await expect(party.authorize({ prompt: 'none', claims: claims(userId) })).rejects.toThrow(
      'login_required',
    );
  });

  it('a hint with the pairwise subject signs out without a question', async () => {
    const own = new TestBrowser(server.issuer);
    const party = await RelyingParty.register(
      server,
      { ...pairwise, post_logout_redirect_uris: ['https://writer.example.com/bye'] },
      own,
    );
    const { id_token } = await party.tokens();
    const query = encode({
      id_token_hint: id_token,
      post_logout_redirect_uri: 'https://writer.example.com/bye',
      state: 's',
    });
    expect((await own.open(`/logout?${query}`)).url).toBe('https://writer.example.com/bye?state=s');
  });

  describe('registration', () => {
    const send = async (body: object): ReturnType<typeof request> =>
      request(server, '/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...pairwise, redirect_uris: at('rp.example.com'), ...body }),
      });

    it('a client registers for pairwise subjects with a sector that holds its redirection URIs', async () => {
      host.documents.set('/good', at('rp.example.com', 'more.example.com'));
      const answer = await send({ sector_identifier_uri: host.url('/good') });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        subject_type: 'pairwise',
        sector_identifier_uri: host.url('/good'),
      });
    });

    it.each<[string, unknown]>([
      ['that does not hold the redirection URIs', at('another.example.com')],
      ['that holds a part of them', []],
      ['that is no list', { redirect_uris: at('rp.example.com') }],
      ['that is text', 'https://rp.example.com/callback'],
      ['that does not exist', undefined],
    ])('F2 a sector %s is invalid_client_metadata', async (_title, document) => {
      if (document === undefined) host.documents.delete('/bad');
      else host.documents.set('/bad', document);
      for (const subject_type of ['pairwise', 'public'])
        expectRefusal(
          await send({ subject_type, sector_identifier_uri: host.url('/bad') }),
          400,
          'invalid_client_metadata',
        );
    });

    it.each([
      'http://rp.example.com/sector',
      'https://127.0.0.1/sector',
      'https://[::1]/',
      'https://10.0.0.1/',
    ])('F4 the sector %s is not fetched', async (sector_identifier_uri) => {
      expectRefusal(await send({ sector_identifier_uri }), 400, 'invalid_client_metadata');
    });

    it('redirection URIs of several hosts need a sector identifier URI', async () => {
      const redirect_uris = at('a.example.com', 'b.example.com');
      const answer = await send({ redirect_uris });
      expectRefusal(answer, 400, 'invalid_client_metadata');
      expect(answer.body.error_description).toContain('sector_identifier_uri');
      expect((await send({ redirect_uris, subject_type: 'public' })).status).toBe(201);
    });

    it('a change fetches the sector again only when it concerns it, and a new redirection URI must be in it', async () => {
      const { app } = server;
      host.documents.set('/changing', at('rp.example.com'));
      const sector_identifier_uri = host.url('/changing');
      const party = await register({ redirect_uris: at('rp.example.com'), sector_identifier_uri });
      host.requests = 0;
      const change = async (changes: Registration): Promise<unknown> =>
        app.get(ClientRegistration).update(party.clientId, changes, 'test');
      await change({ client_name: 'Renamed' });
      expect(host.requests).toBe(0);
      await expect(change({ redirect_uris: at('rp.example.com', 'new.example.com') })).rejects.toMatchObject({
        response: { message: [expect.stringContaining('without https://new.example.com/callback')] },
      });
      host.documents.set('/changing', at('rp.example.com', 'new.example.com'));
      await change({ redirect_uris: at('rp.example.com', 'new.example.com') });
      expect(host.requests).toBe(2);
    });

    it('discovery names both kinds of subjects', async () => {
      const { body } = await request(server, '/.well-known/openid-configuration');
      expect(body.subject_types_supported).toEqual(['public', 'pairwise']);
    });
  });
});
