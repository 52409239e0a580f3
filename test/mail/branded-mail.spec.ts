import { defaultLanguage, languageNamed } from '../../src/locales/languages.js';
import { Mailer } from '../../src/mail/mailer.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { SampleBrand } from '../support/sample-brand.js';
import { alice, type TestServer, useServer } from '../support/server.js';

const mails = await useMailReceiver();
const sample = new SampleBrand();
afterAll(() => sample.remove());

const send = (
  server: TestServer,
  issuer = 'https://id.example.com',
  language = defaultLanguage,
): Promise<unknown> =>
  server.app.get(Mailer).send({
    id: 'mail-1',
    to: alice.email,
    message: 'password-reset',
    language,
    model: { username: 'alice', issuer, link: `${issuer}/reset` },
  });

describe('A mail of a branded service', () => {
  const server = useServer({ ...mails.settings, ...sample.settings });

  it('ends with name, help and links, as text and as HTML, and has the colour of the pages', async () => {
    await send(server);
    const { text, html } = await mails.takeOne(server);

    expect(text).toMatch(
      /\n-- \nExample & Söhne\nHelp: help@example\.com\nPrivacy policy: https:\/\/example\.com\/privacy\nLegal notice: https:\/\/example\.com\/imprint\nStatus: https:\/\/status\.example\.com\/\?a=1\n$/,
    );
    expect(html).toContain(
      'Example &amp; Söhne<br>Help: <a href="mailto:help@example.com">help@example.com</a>',
    );
    expect(html).toContain('Privacy policy: <a href="https://example.com/privacy">');
    expect(html).toContain('background:#7a1f5c;color:#ffffff');
  });

  it('labels the links in the language of the mail', async () => {
    await send(server, undefined, languageNamed('de'));
    const { text } = await mails.takeOne(server);

    expect(text).toMatch(/Datenschutz[^\n]*: https:\/\/example\.com\/privacy/);
  });

  it('fetches nothing and shows no image', async () => {
    await send(server);
    const { html } = await mails.takeOne(server);

    expect(html).not.toMatch(/<img|<link|url\(|src=/);
  });
});

describe('A mail of a service without a brand', () => {
  const server = useServer(mails.settings);

  it('has no foot', async () => {
    await send(server);
    const { text, html } = await mails.takeOne(server);

    expect(text).toMatch(/your password stays as it is\.\n$/);
    expect(html).not.toContain('<hr>');
  });
});
