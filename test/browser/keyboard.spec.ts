import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { authorizeUrl } from '../support/authorization-requests.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { begin, registerDevice } from '../support/device.js';
import { Keyboard } from '../support/keyboard.js';
import { linkIn, useMailReceiver } from '../support/mail-receiver.js';
import { codeOf } from '../support/second-factor.js';
import { alice, freePort, messageWriter, startServer, type TestServer } from '../support/server.js';
import { plugIn } from '../support/virtual-authenticator.js';

const mails = await useMailReceiver();

// No mouse, and nothing but Tab, Enter, Space and letters. `Keyboard` fails where Tab does not lead.
describeInChromium('Everything can be done at the keyboard', () => {
  let server: TestServer;
  let client: Server;
  let redirectUri: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let keyboard: Keyboard;
  let user: { username: string; password: string; email: string };
  let count = 0;

  beforeAll(async () => {
    const port = String(await freePort());
    server = await startServer({
      ...mails.settings,
      PORT: port,
      EYRIE_ISSUER: `http://localhost:${port}`,
      EYRIE_SIGN_UP: 'open',
    });
    client = createServer((_request, response) => void response.end('The client'));
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    redirectUri = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`;
    await server.register({ ...messageWriter, application_type: 'native', redirect_uris: [redirectUri] });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await new Promise((resolve) => client.close(resolve));
  });

  beforeEach(async () => {
    count += 1;
    user = { username: `user-${count}`, password: alice.password, email: `user-${count}@example.com` };
    await server.createUser(user);
    context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    page = await context.newPage();
    keyboard = new Keyboard(page);
    server.clock.advance(3_600);
    await mails.take(server);
  });
  afterEach(() => context.close());

  const open = (path: string): Promise<unknown> => page.goto(server.issuer + path);
  const expectHeading = async (text: string): Promise<void> => {
    await page.waitForSelector(`h1:has-text("${text}")`);
  };

  /** Types name and password, and presses Enter in the last field. */
  const signIn = async (password = user.password): Promise<void> => {
    await keyboard.type('#username', user.username);
    await keyboard.type('#password', password);
    await page.keyboard.press('Enter');
  };

  /** What a reader hears when the page has come: the field with the focus, and what describes it. */
  const announced = async (): Promise<string> => {
    const focused = await keyboard.focused();
    const ids = focused?.describedBy.length ? focused.describedBy : [focused?.id ?? ''];
    return (await Promise.all(ids.map((id) => page.textContent(`[id="${id}"]`)))).join(' ');
  };

  it('a wrong password is announced, and sign-in and consent go on to the client', async () => {
    await open(authorizeUrl({ redirect_uri: redirectUri }));
    await signIn('wrong password');
    await page.waitForSelector('[role="alert"]');
    expect(await announced()).toContain('The username or the password is wrong.');
    expect((await keyboard.focused())?.id).toBe('password');

    await page.keyboard.type(user.password);
    await keyboard.press('#keep', 'Space');
    await keyboard.press('#submit', 'Space');
    await expectHeading('Allow MessageWriter');
    // Enter in a list of choices decides nothing; Space takes one back.
    await keyboard.press('#scope-1', 'Enter');
    await keyboard.press('#scope-1', 'Space');
    expect(await page.isChecked('#scope-1')).toBe(false);
    await keyboard.press('#allow');
    await page.waitForURL(`${redirectUri}?*`);
    expect(new URL(page.url()).searchParams.has('code')).toBe(true);
  });

  it('an authenticator app is set up, confirms the next sign-in, and is removed', async () => {
    await open('/login?to=security');
    await signIn();
    await keyboard.press('#set-up-one-time-code');
    await expectHeading('Set up an authenticator app');
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#attempt-error');
    expect(await announced()).toContain('The code is wrong.');
    const secret = ((await page.textContent('#secret')) ?? '').replaceAll(' ', '');
    await page.keyboard.type(await codeOf(server, { secret }));
    await page.keyboard.press('Enter');
    await page.waitForSelector('#codes');
    const code = await page.textContent('#codes code');
    await keyboard.press('#submit');
    await page.waitForURL('**/account/security');

    await context.clearCookies();
    await open('/login');
    await signIn();
    await expectHeading('Confirm that it is you');
    await keyboard.press('#other-recovery-code');
    await page.waitForSelector('#other-one-time-code');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#attempt-error');
    expect(await announced()).not.toBe('');
    await page.keyboard.type(code ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');

    await keyboard.press('#security');
    await keyboard.press('#remove-authenticator');
    await page.waitForSelector('#notice');
    expect((await keyboard.focused())?.id).toBe('notice');
  });

  it('a passkey is set up and signs in', async () => {
    await plugIn(page);
    await open('/login?to=security');
    await signIn();
    await keyboard.press('#set-up-passkey');
    await keyboard.type('#name', 'Key');
    await keyboard.press('#use-passkey');
    await page.waitForSelector('#codes');
    await keyboard.press('#submit');
    await page.waitForURL('**/account/security');

    await context.clearCookies();
    await open('/login');
    // The browser takes the only passkey by itself.
    await expectHeading('Your account');
  });

  it('the account: access is withdrawn, the e-mail address verified, the session ended', async () => {
    await open(authorizeUrl({ redirect_uri: redirectUri }));
    await signIn();
    await expectHeading('Allow MessageWriter');
    await keyboard.press('#allow');
    await page.waitForURL(`${redirectUri}?*`);

    await open('/account');
    await keyboard.press('.withdraw');
    await page.waitForSelector('#notice');
    expect((await keyboard.focused())?.id).toBe('notice');
    await keyboard.press('#email');
    await page.waitForSelector('#new_email');
    await keyboard.type('#new_email', user.email);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#attempt-error');
    expect(await announced()).not.toBe('');
    await keyboard.press('#verify');
    await page.waitForSelector('#notice');
    expect((await keyboard.focused())?.id).toBe('notice');
    await open(linkIn(await mails.takeOne(server)));
    await keyboard.press('#submit');
    await expectHeading('Your e-mail address is confirmed');

    await open('/account');
    await keyboard.press('#sign-out');
    await expectHeading('You are signed out');
  });

  it('the question before signing out is answered, and another language chosen', async () => {
    await open('/login');
    await signIn();
    await page.waitForURL('**/account');
    await keyboard.press('summary');
    await keyboard.press('[value="de"]');
    await expectHeading('Ihr Konto');
    await open('/logout');
    await keyboard.press('#sign-out', 'Space');
    await expectHeading('Sie sind abgemeldet');
  });

  it('an account is chosen when a client asks for that', async () => {
    await open('/login');
    await signIn();
    await page.waitForURL('**/account');
    await open(authorizeUrl({ redirect_uri: redirectUri, prompt: 'select_account' }));
    await keyboard.press('#account-1');
    await expectHeading('Allow MessageWriter');
  });

  it('a forgotten password is replaced by the mailed link', async () => {
    await open('/login');
    await keyboard.press('#forgotten');
    await keyboard.type('#name', user.email);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="status"]');
    await open(linkIn(await mails.takeOne(server)));
    await keyboard.type('#new_password', 'quiet violet umbrella');
    await keyboard.type('#new_password_again', 'another');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#attempt-error');
    expect(await announced()).not.toBe('');
    await keyboard.type('#new_password', 'quiet violet umbrella');
    await keyboard.type('#new_password_again', 'quiet violet umbrella');
    await page.keyboard.press('Enter');
    await expectHeading('Your password is set');
    await keyboard.press('a[href="/login"]');
    await expectHeading('Sign in');
  });

  it('an account is made by the mailed link', async () => {
    const email = `new-${count}@example.com`;
    await open('/login');
    await keyboard.press('#sign-up');
    await keyboard.type('#email', email);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="status"]');
    await open(linkIn(await mails.takeOne(server)));
    await keyboard.type('#username', `new-${count}`);
    await keyboard.type('#new_password', 'quiet violet umbrella');
    await keyboard.type('#new_password_again', 'quiet violet umbrella');
    await keyboard.press('#submit');
    await expectHeading('Sign in');
  });

  it('a device is connected, after a wrong code that is announced', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid');
    await open('/device');
    await keyboard.type('#user_code', 'BBBBBBBB');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#code-error');
    expect(await announced()).not.toBe('');
    await keyboard.type('#user_code', codes.user_code);
    await page.keyboard.press('Enter');
    await signIn();
    await page.waitForSelector('#allow');
    await keyboard.press('#allow');
    await expectHeading('connected');
  });

  it('an error page is announced', async () => {
    await open(authorizeUrl({ client_id: 'nobody' }));

    expect((await keyboard.focused())?.id).toBe('error');
    expect(await announced()).toContain('This service does not know the application');
  });
});
