import { authorizeUrl } from '../../../support/authorization-requests.js';
import { signedInBrowser, walk } from '../../../support/walk.js';
import { csrfOf, interactionOf, postForm } from '../../../support/forms.js';
import { responseOf, type Shown } from '../../../support/browser.js';
import { alice } from '../../../support/server.js';
import { encode, type Fields, RelyingParty } from '../../../support/relying-party.js';
import { FrontChannel, type RefusedPage } from '../../../support/front-channel.js';
import { because, refusal } from '../../../support/untouched.js';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

const invalidRequest = refusal(400, 'invalid_request');
const forbidden = refusal(403, 'forbidden');

describe('errors of our own pages', () => {
  const front = new FrontChannel();
  beforeAll(() => front.start());
  afterAll(() => front.stop());

  const evil = 'https://evil.example/';
  const get = (path: string, fields: Fields): Promise<Shown> =>
    front.browser.send(`${path}?${encode(fields)}`);
  const logout = (fields: Fields): Promise<Shown> => get('/logout', fields);
  const pages: readonly RefusedPage[] = [
    ['D1 a forged id_token_hint', () => logout({ id_token_hint: 'a.b.c' }), invalidRequest],
    [
      'D1 a changed id_token_hint',
      () => logout({ id_token_hint: `${front.hint.slice(0, -6)}AAAAAA` }),
      invalidRequest,
    ],
    [
      'D1 an unregistered post_logout_redirect_uri',
      () => logout({ id_token_hint: front.hint, post_logout_redirect_uri: evil }),
      because(
        invalidRequest,
        'post_logout_redirect_uri https://evil.example/, registered: https://writer.example.com/bye',
      ),
    ],
    [
      'D1 a post_logout_redirect_uri of nobody',
      () => logout({ post_logout_redirect_uri: 'https://writer.example.com/bye' }),
      because(
        invalidRequest,
        'post_logout_redirect_uri https://writer.example.com/bye: expected an id_token_hint or a client_id beside it',
      ),
    ],
    [
      'D1 a client_id that the hint is not for',
      () => logout({ id_token_hint: front.hint, client_id: front.several.clientId }),
      invalidRequest,
    ],
    [
      'D1 a repeated id_token_hint',
      () => logout({ id_token_hint: [front.hint, front.hint] }),
      invalidRequest,
    ],
    [
      'D1 a sign-out that our page did not ask for',
      () => postForm(front.browser, '/logout', { decision: 'sign-out' }),
      forbidden,
    ],
    ['E1 a page without its interaction', () => front.browser.send('/consent'), forbidden],
    ['E1 a forged interaction', () => get('/consent', { interaction: 'x' }), forbidden],
    [
      'E1 a forged interaction on the way back',
      () => get('/authorize/resume', { interaction: 'x' }),
      forbidden,
    ],
    [
      'E1 a forged interaction at the choice of accounts',
      () => get('/select-account', { interaction: 'x' }),
      forbidden,
    ],
    [
      'E2 a sign-in without our token',
      () => postForm(front.browser, '/login', { username: 'alice', password: alice.password }),
      forbidden,
    ],
    [
      'E2 a sign-in from another site',
      () =>
        postForm(front.browser, '/login', { username: 'alice', password: alice.password }, { origin: evil }),
      because(forbidden, 'origin https://evil.example/, sec-fetch-site undefined'),
    ],
    [
      'E2 a consent without our token',
      () => postForm(front.browser, '/consent', { decision: 'allow' }),
      forbidden,
    ],
    ['E2 a sign-out without our token', () => postForm(front.browser, '/account/sign-out', {}), forbidden],
    [
      'I1 a device code without our token',
      () => postForm(front.browser, '/device', { user_code: 'BCDF-GHJK' }),
      forbidden,
    ],
    [
      'I1 a decision about a device without our token',
      () => postForm(front.browser, '/device/confirm', { decision: 'allow' }),
      forbidden,
    ],
  ];
  it.each(pages)(
    '%s gets a page that leads nowhere, and changes nothing',
    async (_condition, send, refused) => {
      await front.expectErrorPage(send, refused);
    },
  );

  it.each([
    ['D1 /logout', 'PUT', '/logout', 'GET, POST'],
    ['A1 /authorize', 'DELETE', '/authorize', 'GET, POST'],
    ['B1 /token', 'GET', '/token', 'POST'],
    ['H1 /par', 'GET', '/par', 'POST'],
    ['I1 /device_authorization', 'GET', '/device_authorization', 'POST'],
    ['I3 /bc-authorize', 'GET', '/bc-authorize', 'POST'],
    ['C2 /introspect', 'GET', '/introspect', 'POST'],
    ['C3 /revoke', 'GET', '/revoke', 'POST'],
    ['C5 /jwks', 'POST', '/jwks', 'GET'],
  ])('%s by %s is 405 with Allow, and changes nothing', async (_condition, method, path, allow) => {
    const page = await front.untouched(() => front.browser.send(path, { method }));

    expect([page.status, page.headers.get('allow')]).toEqual([405, allow]);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('E1 a decision with the interaction of another browser is refused, and no code is issued', async () => {
    const another = await signedInBrowser(front.server);
    const theirs = await another.open(authorizeUrl({ client_id: front.client.clientId, prompt: 'consent' }));
    const own = await front.browser.open(
      authorizeUrl({ client_id: front.client.clientId, prompt: 'consent' }),
    );
    const fields = { _csrf: csrfOf(own), interaction: interactionOf(theirs), decision: 'allow' };
    await front.rows.look();

    await front.expectErrorPage(() => postForm(front.browser, '/consent', fields), forbidden);
  });

  it('I1 a user code that no device shows is refused, and the waiting device is not connected', async () => {
    const device = await RelyingParty.register(front.server, {
      grant_types: [deviceCode],
      redirect_uris: [],
    });
    const { body } = await device.authenticated('/device_authorization', { scope: 'openid' });
    const page = await front.browser.open('/device');
    await front.rows.look();

    const answer = await front.untouched(() => front.browser.post(page, { user_code: 'BCDF-GHJK' }));

    expect(answer.status).toBe(400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('location')).toBeNull();
    const polled = await device.token({ grant_type: deviceCode, device_code: String(body.device_code) });
    expect(polled.body.error).toBe('authorization_pending');
  });

  it('after all these errors Alice is still signed in, and a request of hers is answered with a code', async () => {
    expect((await front.browser.open('/account')).url).toMatch(/\/account$/);
    expect(
      responseOf(await walk(front.browser, authorizeUrl({ client_id: front.client.clientId }))).has('code'),
    ).toBe(true);
  });
});
