import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { lookupHash } from '../../../src/crypto/opaque-token.js';
import { linkIn, useMailReceiver } from '../../support/mail-receiver.js';
import { RelyingParty } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';
import { useBrowser } from '../../support/use-browser.js';

const mails = await useMailReceiver();
const chosen = { new_password: 'quiet violet umbrella', new_password_again: 'quiet violet umbrella' };

describe('The way of a forgotten password from a request of an application', () => {
  const server = useServer(mails.settings, { users: [alice] });

  it('leads back to the sign-in page of the request', async () => {
    const client = await RelyingParty.register(server);
    const { browser } = client;
    const page = await browser.open(client.authorizeUrl('v'.repeat(43)));
    const begun = await browser.submit(page, { step: 'begin' });
    const sent = await browser.submit(begun, { name: 'alice' });
    expect(sent.html).toContain('Look at your mail');
    const link = linkIn(await mails.takeOne(server));
    await browser.submit(await browser.open(link), chosen);
    const again = await browser.submit(sent, { step: 'sign-in' });
    const consent = await browser.submit(again, { username: 'alice', password: chosen.new_password });

    expect(consent.html).toContain('id="allow"');
    // That the password was changed: no later test is to wait for another mail and get this one.
    await mails.take(server);
  });
});

describe('What is stored of a forgotten password', () => {
  const server = useServer(mails.settings, { users: [alice] });
  const browser = useBrowser(server);

  it('holds neither what was typed nor the token of the link in clear, before and after the mail is sent', async () => {
    const source: DataSource = server.app.get(getDataSourceToken());
    const stored = async (): Promise<string> =>
      JSON.stringify(
        await Promise.all(
          ['deliveries', 'mailed_links', 'throttles', 'audit_events', 'refusals'].map((table) =>
            source.query(`SELECT * FROM ${table}`),
          ),
        ),
      );
    for (const name of ['alice', 'my password is Tr0ub4dor']) {
      await browser.submit(await browser.open('/login/forgotten-password'), { name });
      expect(await stored()).not.toMatch(/Tr0ub4dor|"alice"/);
    }
    const token = linkIn(await mails.takeOne(server)).split('token=')[1] ?? '';

    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await stored()).not.toContain(token);
    expect(await stored()).toContain(lookupHash(token));
    expect(await stored()).toContain('user.link_mailed');
  });
});

describe('Without EYRIE_MAIL_URL', () => {
  const server = useServer({}, { users: [alice] });
  const browser = useBrowser(server);

  it('nothing about a forgotten password is offered', async () => {
    expect((await browser.open('/login')).html).not.toContain('forgotten');
    expect((await browser.open('/login/forgotten-password')).status).toBe(404);
    expect((await browser.open('/login/choose-password?token=x')).status).toBe(404);
  });
});
