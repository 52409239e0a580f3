import { responseOf, type Shown, TestBrowser } from '../support/browser.js';
import { type Nginx, startNginx } from '../support/nginx.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { putResource } from '../support/resources.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';

/** A browser that notes every status. */
class NotingBrowser extends TestBrowser {
  readonly statuses: number[] = [];

  override async send(url: string, init: RequestInit = {}): Promise<Shown> {
    const shown = await super.send(url, init);
    this.statuses.push(shown.status);
    return shown;
  }
}

const tools = {
  identifier: 'https://tools.example.com',
  name: 'Tools',
  scopes: Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`tools.of-the-workshop.${index}`, `Use tool ${index}`]),
  ),
};
const scope = ['openid', ...Object.keys(tools.scopes)].join(' ');

describe('Behind nginx with its default buffers', () => {
  let server: TestServer;
  let nginx: Nginx;
  let browser: NotingBrowser;
  let client: RelyingParty;

  beforeAll(async () => {
    const [port, upstream] = [await freePort(), await freePort()];
    server = await startServer({
      PORT: String(upstream),
      EYRIE_ISSUER: `http://127.0.0.1:${port}`,
      EYRIE_TRUSTED_PROXIES: '127.0.0.1',
    });
    nginx = await startNginx(port, upstream);
    await server.createUser(alice);
    await putResource(server, tools);
  });
  afterAll(async () => {
    await nginx?.stop();
    await server?.stop();
  });

  beforeEach(async () => {
    browser = new NotingBrowser(server.issuer);
    client = await RelyingParty.register(server, { scope }, browser);
  });

  it('A19 a state of 2,300 characters and 61 scopes pass through sign-in, consent and the token endpoint', async () => {
    const state = 's'.repeat(2_300);
    const answer = await client.redeem(await client.authorize({ state }));
    expect(answer.status).toBe(200);
    expect(payloadOf(answer.body.access_token)).toMatchObject({ aud: [server.issuer, tools.identifier] });
    expect(answer.body.scope.split(' ')).toHaveLength(61);
    expect(Math.max(...browser.statuses)).toBeLessThan(400);

    expect((await client.respond({ state })).get('state')).toBe(state);
  });

  it('A19 an error with that state reaches the client too', async () => {
    const state = 's'.repeat(2_300);
    const left = await browser.open(client.authorizeUrl('v'.repeat(43), { state, prompt: 'none' }));
    expect(Object.fromEntries(responseOf(left))).toMatchObject({ error: 'login_required', state });
  });
});
