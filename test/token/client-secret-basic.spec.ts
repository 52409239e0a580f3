import { useServer } from '../support/server.js';
import { type Answer, basic, expectRefusal, post, RelyingParty } from '../support/relying-party.js';

describe('B2 client_secret_basic at the token endpoint', () => {
  const server = useServer();
  let robot: RelyingParty;
  const registration = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'contacts.read' };
  const wanted = { grant_type: 'client_credentials' };

  const asBasic = (authorization: string, fields = {}): Promise<Answer> =>
    post(server, '/token', { ...wanted, ...fields }, { authorization });

  beforeAll(async () => {
    robot = await RelyingParty.register(server, registration);
  });

  describe('client_secret_basic', () => {
    it('the right secret is accepted', async () => {
      expect((await asBasic(basic(robot.clientId, robot.secret))).status).toBe(200);
    });

    it.each(['basic', 'BASIC', 'bAsIc'])('the scheme Basic may be written %s', async (scheme) => {
      expect((await asBasic(basic(robot.clientId, robot.secret, scheme))).status).toBe(200);
    });

    it('client_id in the body may repeat the client that authenticates', async () => {
      const { clientId, secret } = robot;
      expect((await asBasic(basic(clientId, secret), { client_id: clientId })).status).toBe(200);
    });

    it('client_id in the body that names another client is invalid_request', async () => {
      const answer = await asBasic(basic(robot.clientId, robot.secret), { client_id: 'somebody-else' });
      expectRefusal(answer, 400, 'invalid_request');
    });

    const awkward: [string, string][] = [
      ['a:b', 'c:d:e'],
      ['100%', '%41%zz'],
      ['plus+plus', 'a+b +c'],
      ['with space', ' leading and trailing '],
      ['ünïcödé-客户', 'пароль🦅'],
      ['a&b=c', 'x=y&z'],
      ['dash-_.~*', "!'()*"],
    ];
    it.each(awkward)(
      'both halves of Basic credentials are form-decoded: %s with secret %s',
      async (client_id, part) => {
        const client_secret = part.repeat(Math.ceil(32 / part.length));
        await RelyingParty.register(server, { ...registration, client_id, client_secret });
        expect((await asBasic(basic(client_id, client_secret))).status).toBe(200);
        expectRefusal(await asBasic(basic(client_id, `${client_secret}x`)), 401, 'invalid_client');
      },
    );

    it('Basic credentials that were not form-encoded work where that makes no difference', async () => {
      const pair = Buffer.from(`${robot.clientId}:${robot.secret}`).toString('base64');
      expect((await asBasic(`Basic ${pair}`)).status).toBe(200);
    });

    const raw = (clientId: string, secret: string): string =>
      `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    it.each(awkward.filter(([clientId]) => !clientId.includes(':')))(
      'both halves of Basic credentials count as they came too: %s with secret %s',
      async (id, part) => {
        const client_id = `raw ${id}`;
        const client_secret = part.repeat(Math.ceil(40 / part.length));
        await RelyingParty.register(server, { ...registration, client_id, client_secret });
        expect((await asBasic(raw(client_id, client_secret))).status).toBe(200);
        expect((await asBasic(raw(encodeURIComponent(client_id), client_secret))).status).toBe(200);
        expect((await asBasic(raw(client_id, client_secret), { client_id })).status).toBe(200);
        expectRefusal(await asBasic(raw(client_id, `${client_secret}x`)), 401, 'invalid_client');
      },
    );

    it('a client_id that means two clients means the decoded one', async () => {
      const ids = ['a plus', 'a+plus'];
      const [first, second] = await Promise.all(
        ids.map((client_id) => RelyingParty.register(server, { ...registration, client_id })),
      );
      expect((await asBasic(raw('a+plus', first?.secret ?? ''))).status).toBe(200);
      expectRefusal(await asBasic(raw('a+plus', second?.secret ?? '')), 401, 'invalid_client');
      expect((await asBasic(basic('a+plus', second?.secret ?? ''))).status).toBe(200);
    });

    it('an empty password is the name of a public client, and a wrong secret of another', async () => {
      const app = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
      const unknown = { grant_type: 'refresh_token', refresh_token: 'unknown' };
      expectRefusal(await asBasic(basic(app.clientId, ''), unknown), 400, 'invalid_grant');
      const named = await asBasic(basic(app.clientId, ''), { ...unknown, client_id: app.clientId });
      expectRefusal(named, 400, 'invalid_grant');
      expectRefusal(await asBasic(basic(app.clientId, 'x'), unknown), 401, 'invalid_client');
      expectRefusal(await asBasic(basic(robot.clientId, ''), unknown), 401, 'invalid_client');
      expectRefusal(await asBasic(basic('nobody', ''), unknown), 401, 'invalid_client');
    });

    const encoded = (text: string): string => `Basic ${Buffer.from(text, 'latin1').toString('base64')}`;
    it.each([
      ['no credentials', 'Basic'],
      ['empty credentials', 'Basic '],
      ['no base64', 'Basic !!!'],
      ['no colon', encoded('robot')],
      ['an empty client_id', encoded(':secret')],
      ['bad percent-encoding', encoded('%zz:secret')],
      ['a NUL in the client_id', encoded('robot%00:secret')],
      ['bytes that are not UTF-8', encoded('\xff\xfe:\xff')],
      ['another scheme', 'Bearer abc'],
      ['a Digest', 'Digest username="robot"'],
      ['credentials of many kilobytes', encoded(`${'x'.repeat(4_000)}:${'y'.repeat(4_000)}`)],
    ])(
      'an Authorization header with %s is invalid_client with a Basic challenge',
      async (_title, authorization) => {
        const answer = await asBasic(authorization);
        expectRefusal(answer, 401, 'invalid_client');
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"/);
      },
    );

    it('a wrong secret and an unknown client are refused alike, byte for byte', async () => {
      const wrong = await asBasic(basic(robot.clientId, 'wrong'));
      const unknown = await asBasic(basic('nobody', 'wrong'));
      expectRefusal(wrong, 401, 'invalid_client');
      expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
      expect(unknown.text).toBe(wrong.text);
      expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()]);
    });

    it('the secret of one client is not the secret of another', async () => {
      const other = await RelyingParty.register(server, registration);
      expectRefusal(await asBasic(basic(robot.clientId, other.secret)), 401, 'invalid_client');
    });

    it.each([' ', '  ', '\t'])(
      'a client_id with white space (%j) after it is another client_id',
      async (tail) => {
        expectRefusal(await asBasic(basic(`${robot.clientId}${tail}`, robot.secret)), 401, 'invalid_client');
      },
    );

    it('a client_id in other letter case is another client_id', async () => {
      expectRefusal(await asBasic(basic(robot.clientId.toUpperCase(), robot.secret)), 401, 'invalid_client');
    });
  });
});
