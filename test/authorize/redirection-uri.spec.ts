import { alice, messageWriter, useServer } from '../support/server.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  expectPage,
  redirectUri,
} from '../support/authorization-requests.js';
import { shows } from '../support/walk.js';
import { useBrowser } from '../support/use-browser.js';

describe('The client and the redirection URI of an authorization request', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  beforeAll(async () => {
    await server.register({
      ...messageWriter,
      client_id: 'two-uris',
      redirect_uris: [redirectUri, 'https://writer.example.com/other?tenant=a%2Fb'],
    });
    await server.register({
      client_id: 'robot',
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
    await server.register({
      ...messageWriter,
      client_id: 'desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [
        'com.example.writer:/callback',
        'http://127.0.0.1/callback',
        'http://[::1]:7000/callback',
        'http://localhost:7000/callback',
      ],
    });
  });

  describe('A3 before client and redirection URI are proven', () => {
    it.each([
      ['client_id is missing', { client_id: undefined }],
      ['client_id is unknown', { client_id: 'nobody' }],
      ['client_id is in another case', { client_id: 'MESSAGE-WRITER' }],
      ['client_id is followed by a space', { client_id: 'message-writer ' }],
      ['client_id is 4,000 characters long', { client_id: 'x'.repeat(4_000) }],
      ['client_id is repeated', { client_id: ['message-writer', 'message-writer'] }],
      ['client_id is a name of Object.prototype', { client_id: '__proto__' }],
      [
        'redirect_uri is missing where several are registered',
        { client_id: 'two-uris', redirect_uri: undefined },
      ],
      ['redirect_uri is empty where several are registered', { client_id: 'two-uris', redirect_uri: '' }],
      ['redirect_uri is repeated', { redirect_uri: [redirectUri, redirectUri] }],
      ['redirect_uri is not registered', { redirect_uri: 'https://evil.example/' }],
      [
        'redirect_uri is of another client',
        { redirect_uri: 'https://writer.example.com/other?tenant=a%2Fb' },
      ],
      ['the client has no redirection URI at all', { client_id: 'robot', redirect_uri: undefined }],
      ['the client has none and one is sent', { client_id: 'robot' }],
    ])('A3 %s: a page, no redirect', async (_condition, changes) => {
      expectPage(await browser.send(authorizeUrl(changes)));
    });

    it('A3 every other error is still a page', async () => {
      expectPage(
        await browser.send(
          authorizeUrl({
            redirect_uri: 'https://evil.example/',
            response_type: 'x',
            scope: '"',
            prompt: 'none',
          }),
        ),
      );
    });

    it('A3 form_post towards an unregistered address is a page without a form', async () => {
      const page = await browser.send(
        authorizeUrl({ redirect_uri: 'https://evil.example/', response_mode: 'form_post' }),
      );

      expectPage(page);
      expect(page.html).not.toContain('evil.example');
    });

    it('A3 a disabled client is unknown', async () => {
      const { ClientRegistration } = await import('../../src/clients/client-registration.js');
      await server.register({ ...messageWriter, client_id: 'disabled' });
      await server.app.get(ClientRegistration).setDisabled('disabled', true, 'test');

      expectPage(await browser.send(authorizeUrl({ client_id: 'disabled' })));
    });
  });

  describe('A3 after client and redirection URI are proven', () => {
    it('A3 an error is told to the client', async () => {
      expectErrorRedirect(await browser.send(authorizeUrl({ prompt: 'none' })), 'login_required', server);
    });

    it('A3 redirect_uri may be left out where one is registered', async () => {
      expect(shows.signIn(await browser.open(authorizeUrl({ redirect_uri: undefined })))).toBe(true);
    });

    it('A3 the registered query is kept as it is', async () => {
      const page = await browser.send(
        authorizeUrl({
          client_id: 'two-uris',
          redirect_uri: 'https://writer.example.com/other?tenant=a%2Fb',
          prompt: 'none',
        }),
      );

      expect(page.headers.get('location')).toMatch(
        /^https:\/\/writer\.example\.com\/other\?tenant=a%2Fb&error=login_required&/,
      );
    });
  });

  describe('A4 matching', () => {
    it.each([
      ['a trailing slash', `${redirectUri}/`],
      ['another case of the path', 'https://writer.example.com/Callback'],
      ['another case of the host', 'https://WRITER.example.com/callback'],
      ['the default port written out', 'https://writer.example.com:443/callback'],
      ['another port', 'https://writer.example.com:8443/callback'],
      ['a query', `${redirectUri}?next=x`],
      ['a fragment', `${redirectUri}#x`],
      ['an empty fragment', `${redirectUri}#`],
      ['user information', 'https://writer.example.com@evil.example/callback'],
      ['a longer host', 'https://writer.example.com.evil.example/callback'],
      ['a subdomain', 'https://a.writer.example.com/callback'],
      ['http instead of https', 'http://writer.example.com/callback'],
      ['dot segments', 'https://writer.example.com/x/../callback'],
      ['an encoded character', 'https://writer.example.com/%63allback'],
      ['a backslash', 'https://writer.example.com\\callback'],
      ['white space before it', ` ${redirectUri}`],
      ['a line end', `${redirectUri}\r\nSet-Cookie: a=b`],
      ['a second line', `https://evil.example/\n${redirectUri}`],
      ['no scheme', '//writer.example.com/callback'],
      ['javascript:', 'javascript:alert(1)//https://writer.example.com/callback'],
      ['data:', 'data:text/html,x'],
    ])('A4 %s does not match: a page, no redirect', async (_what, uri) => {
      expectPage(await browser.send(authorizeUrl({ redirect_uri: uri })));
    });

    it.each([
      ['the private-use scheme', 'com.example.writer:/callback'],
      ['127.0.0.1 without port', 'http://127.0.0.1/callback'],
      ['127.0.0.1 with any port', 'http://127.0.0.1:51234/callback'],
      ['[::1] with another port', 'http://[::1]:51234/callback'],
      ['[::1] without port', 'http://[::1]/callback'],
      ['localhost with its port', 'http://localhost:7000/callback'],
      ['localhost with another port', 'http://localhost:51234/callback'],
      ['localhost without port', 'http://localhost/callback'],
    ])('A4 %s matches', async (_what, uri) => {
      const page = await browser.open(authorizeUrl({ client_id: 'desktop', redirect_uri: uri }));
      expect(shows.signIn(page)).toBe(true);

      const refused = await browser.send(
        authorizeUrl({ client_id: 'desktop', redirect_uri: uri, prompt: 'none' }),
      );
      expect(refused.headers.get('location')?.startsWith(`${uri}?error=login_required&`)).toBe(true);
    });

    it.each([
      ['another path on localhost', 'http://localhost:7000/other'],
      ['a host that begins with localhost', 'http://localhost.evil.example/callback'],
      ['localhost in another case', 'http://LOCALHOST:7001/callback'],
      ['another address of the loopback block', 'http://127.0.0.2/callback'],
      ['another path on loopback', 'http://127.0.0.1:51234/other'],
      ['https on loopback', 'https://127.0.0.1/callback'],
      ['a port that does not exist', 'http://127.0.0.1:99999/callback'],
      ['an empty port', 'http://127.0.0.1:/callback'],
      ['a port with a sign', 'http://127.0.0.1:+80/callback'],
      ['user information that looks like a port', 'http://127.0.0.1:80@evil.example/callback'],
      ['a host that begins with the address', 'http://127.0.0.1.evil.example/callback'],
      ['the address in another notation', 'http://2130706433/callback'],
      ['the private-use scheme in another case', 'COM.example.writer:/callback'],
      ['the private-use scheme with an authority', 'com.example.writer://callback'],
    ])('A4 %s does not match: a page, no redirect', async (_what, uri) => {
      expectPage(await browser.send(authorizeUrl({ client_id: 'desktop', redirect_uri: uri })));
    });

    it.each([
      ['web', 'http://writer.example.com/callback'],
      ['web', 'https://writer.example.com/callback#x'],
      ['web', 'https://user@writer.example.com/callback'],
      ['web', 'https://writer.example.com/*'],
      ['web', 'javascript:alert(1)'],
      ['native', 'javascript:alert(1)'],
      ['native', 'data:text/html,x'],
      ['web', 'com.example.writer:/callback'],
      ['native', 'writer:/callback'],
    ])('A4 for a %s client %s cannot be registered', async (type, uri) => {
      await expect(
        server.register({
          application_type: type,
          redirect_uris: [uri],
          scope: 'openid',
        }),
      ).rejects.toMatchObject({ status: 400 });
    });
  });
});
