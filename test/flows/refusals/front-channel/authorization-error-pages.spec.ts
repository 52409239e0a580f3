import { authorizeUrl, redirectUri } from '../../../support/authorization-requests.js';
import type { Shown } from '../../../support/browser.js';
import { encode, type Fields } from '../../../support/relying-party.js';
import { FrontChannel, type RefusedPage } from '../../../support/front-channel.js';
import { because, refusal } from '../../../support/untouched.js';

const invalidRequest = refusal(400, 'invalid_request');
const invalidPushed = refusal(400, 'invalid_request_uri');

describe('errors of the authorization endpoint that are shown on a page', () => {
  const front = new FrontChannel();
  beforeAll(() => front.start());
  afterAll(() => front.stop());

  const evil = 'https://evil.example/';
  const get = (path: string, fields: Fields): Promise<Shown> =>
    front.browser.send(`${path}?${encode(fields)}`);
  const pages: readonly RefusedPage[] = [
    ['A3 no client_id', () => front.ask({ client_id: undefined }), invalidRequest],
    [
      'A3 an unknown client_id',
      () => front.ask({ client_id: 'nobody' }),
      because(invalidRequest, 'client_id nobody'),
    ],
    [
      'A3 a repeated client_id',
      () => front.ask({ client_id: [front.client.clientId, front.client.clientId] }),
      invalidRequest,
    ],
    ['A3 a disabled client', () => front.ask({}, front.disabled), because(invalidRequest, 'client_id rp-')],
    [
      'A3 an unregistered redirect_uri',
      () => front.ask({ redirect_uri: evil }),
      because(
        invalidRequest,
        'redirect_uri https://evil.example/, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A3 a repeated redirect_uri',
      () => front.ask({ redirect_uri: [redirectUri, redirectUri] }, front.several),
      invalidRequest,
    ],
    [
      'A3 no redirect_uri of several',
      () => front.ask({ redirect_uri: undefined }, front.several),
      invalidRequest,
    ],
    [
      'A4 a redirect_uri with a slash',
      () => front.ask({ redirect_uri: `${redirectUri}/` }),
      because(
        invalidRequest,
        'redirect_uri https://writer.example.com/callback/, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri with a query',
      () => front.ask({ redirect_uri: `${redirectUri}?x` }),
      because(
        invalidRequest,
        'redirect_uri https://writer.example.com/callback?… registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri with a fragment',
      () => front.ask({ redirect_uri: `${redirectUri}#x` }),
      because(
        invalidRequest,
        'redirect_uri https://writer.example.com/callback#… registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri in capitals',
      () => front.ask({ redirect_uri: redirectUri.toUpperCase() }),
      because(
        invalidRequest,
        'redirect_uri HTTPS://WRITER.EXAMPLE.COM/CALLBACK, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri over http',
      () => front.ask({ redirect_uri: redirectUri.replace('https', 'http') }),
      because(
        invalidRequest,
        'redirect_uri http://writer.example.com/callback, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri of javascript',
      () => front.ask({ redirect_uri: 'javascript:alert(1)' }),
      because(
        invalidRequest,
        'redirect_uri javascript:alert(1), registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A4 a redirect_uri with user information',
      () => front.ask({ redirect_uri: redirectUri.replace('//', '//a@') }),
      because(
        invalidRequest,
        'redirect_uri https://[left out]@writer.example.com/callback, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'A2 a NUL character',
      () => front.browser.send(`${authorizeUrl({ client_id: front.client.clientId })}&x=%00`),
      invalidRequest,
    ],
    [
      'A2 bad percent-encoding',
      () => front.browser.send(`${authorizeUrl({ client_id: front.client.clientId })}&x=%zz`),
      invalidRequest,
    ],
    [
      'A2 a request that is too large',
      () => front.ask({ state: 'x'.repeat(9_000) }),
      refusal(413, 'invalid_request'),
    ],
    [
      'A2 too many parameters',
      () => front.browser.send(`${authorizeUrl({ client_id: front.client.clientId })}${'&x=1'.repeat(100)}`),
      invalidRequest,
    ],
    [
      'H1 a pushed request that nobody pushed',
      () =>
        get('/authorize', {
          client_id: front.client.clientId,
          request_uri: 'urn:ietf:params:oauth:request_uri:x',
        }),
      because(invalidPushed, 'request_uri: unknown request_uri'),
    ],
    [
      'H1 a pushed request that was answered',
      () => get('/authorize', { client_id: front.client.clientId, request_uri: front.used }),
      because(invalidPushed, 'request_uri: answered before'),
    ],
    [
      'H1 a pushed request of another client',
      () => get('/authorize', { client_id: front.several.clientId, request_uri: front.used }),
      because(invalidPushed, 'request_uri: pushed by rp-'),
    ],
  ];
  it.each(pages)(
    '%s gets a page that leads nowhere, and changes nothing',
    async (_condition, send, refused) => {
      await front.expectErrorPage(send, refused);
    },
  );
});
