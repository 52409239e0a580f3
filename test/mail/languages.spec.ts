import { languages } from '../../src/locales/languages.js';
import { letterAsHtml, letterAsText, type Letterhead } from '../../src/mail/letter.js';
import { type MessageName, type Models, writeLetter } from '../../src/mail/messages.js';
import { message } from '../../src/locales/message.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { readableTime } from '../../src/views/readable.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { TestBrowser } from '../support/browser.js';
import { linkIn, useMailReceiver } from '../support/mail-receiver.js';
import { alice, useServer } from '../support/server.js';

const issuer = 'https://id.example.com';
const circumstances = {
  username: 'alice-a',
  issuer,
  at: 1_795_000_000,
  timeZone: 'Europe/Zurich',
  address: '192.0.2.7',
  device: message('agent.onPlatform', { browser: 'Firefox 131', platform: 'Linux' }),
};
const link = { username: 'alice-a', issuer, link: `${issuer}/login/choose-password?token=t` };

const letterhead: Letterhead = { button: { color: '#1f4f8f', text: '#fff' }, foot: undefined };

/** One model a message. */
const models: { readonly [Name in MessageName]: Models[Name] } = {
  test: { issuer, service: 'Eyrie' },
  'password-changed': circumstances,
  'password-reset': link,
  invitation: { ...link, days: 7 },
  'organization-invitation': {
    issuer,
    link: `${issuer}/invitation?token=t`,
    organization: 'Acme',
    inviter: 'Ada Adams',
    days: 7,
  },
  'email-verification': link,
  'email-change': { ...link, newEmail: 'new@example.com' },
  'email-changed': { ...circumstances, newEmail: 'new@example.com' },
  'new-device': circumstances,
  'sign-up': { issuer, link: link.link },
  'sign-up-known': { username: 'alice-a', issuer, recoveryUrl: `${issuer}/login/forgotten-password` },
  'factor-added': { ...circumstances, factor: 'passkey' },
  'factor-removed': { ...circumstances, factor: 'all' },
  'deletion-requested': { ...circumstances, dueAt: 1_796_000_000 },
  'account-kept': circumstances,
  'sign-in-code': { username: 'alice-a', code: '1234 5678', issuer, address: '192.0.2.7' },
  'account-deleted': circumstances,
  'approval-requested': {
    ...circumstances,
    request: 'request-1',
    client: 'CallCentre',
    bindingMessage: 'W4SCT',
  },
};
const names = Object.keys(models) as MessageName[];

/** What the mail of a model must hold. */
function valuesIn(name: MessageName): string[] {
  const unseen = ['timeZone', 'factor', 'service'];
  const shown = Object.entries(models[name]).filter(([key]) => !unseen.includes(key));
  return shown.flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
}

describe.each(languages.map((language) => [language.name, language] as const))('%s', (_name, language) => {
  it.each(names)('has the mail %s, with every value in it', (name) => {
    const letter = writeLetter(name, models[name], language);
    const text = letterAsText(letter, letterhead);
    const html = letterAsHtml(letter, letterhead);
    expect(html).toContain(`<html lang="${language.tag}" dir="${language.direction}">`);
    for (const form of [letter.subject, text, html])
      expect(form).not.toMatch(/{{|undefined|\[object|mail\.\w/);
    for (const value of valuesIn(name)) expect(text).toContain(value);
  });

  it('writes times as its readers do', () => {
    const text = letterAsText(writeLetter('new-device', models['new-device'], language), letterhead);
    const at = new Date(circumstances.at * 1_000);
    expect(text).toContain(readableTime(at, language, 'Europe/Zurich'));
  });
});

it.each(names)('the subject of the mail %s is in each language another one', (name) => {
  const subjects = languages.map((language) => writeLetter(name, models[name], language).subject);
  expect(new Set(subjects).size).toBe(languages.length);
});

const mails = await useMailReceiver();

describe('A mail', () => {
  const settings = { ...mails.settings, EYRIE_DEFAULT_LANGUAGE: 'fr', EYRIE_SIGN_UP: 'open' };
  const server = useServer(settings);
  let people = 0;
  const newPerson = async (locale?: string) => {
    const username = `person-${++people}`;
    const user = { username, password: alice.password, email: `${username}@example.com` };
    return { ...user, id: await server.createUser({ ...user, ...(locale && { locale }) }) };
  };
  const browserIn = (language: string): TestBrowser =>
    new (class extends TestBrowser {
      override send(url: string, init: RequestInit = {}) {
        const headers = new Headers(init.headers);
        headers.set('accept-language', language);
        return super.send(url, { ...init, headers });
      }
    })(server.issuer);

  it.each([
    ['de-CH', 'Ihr Passwort wurde geändert', 'de'],
    ['zh-Hans', '您的密码已更改', 'zh-Hans'],
    ['ar', 'تغيّرت كلمة مرورك', 'ar'],
    ['tlh', 'Votre mot de passe a été changé', 'fr'],
    [undefined, 'Votre mot de passe a été changé', 'fr'],
  ])('to somebody whose language is %s is in it, or in that of the server', async (locale, subject, tag) => {
    const { id } = await newPerson(locale);
    await server.app.get(UserPasswords).set(id, 'another battery horse', 'test');
    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ subject });
    expect(mail.headers.get('content-language')).toBe(tag);
    expect(mail.html).toContain(`<html lang="${tag}"`);
  });

  it.each([
    ['es', 'Elegir una contraseña nueva'],
    [undefined, 'Neues Passwort wählen'],
  ])(
    'that somebody asked for on a German page is in their language (%s), or in that of the page',
    async (locale, subject) => {
      const { username } = await newPerson(locale);
      const browser = browserIn('de');
      await browser.submit(await browser.open('/login/forgotten-password'), { name: username });
      expect(await mails.takeOne(server)).toMatchObject({ subject });
    },
  );

  it('to somebody who makes an account is in the language of the page, which the account then has', async () => {
    const browser = browserIn('ja');
    const email = 'new@example.com';
    await browser.submit(await browser.open('/sign-up'), { email });
    const mail = await mails.takeOne(server);
    expect(mail.subject).toBe('アカウントの作成');
    const form = await browser.open(linkIn(mail));
    const password = 'quiet violet umbrella';
    const typed = { username: 'newcomer', new_password: password, new_password_again: password };
    await browser.submit(form, typed);
    expect((await server.app.get(UsersStore).findByUsername('newcomer'))?.locale).toBe('ja');

    await browser.submit(await browser.open('/sign-up'), { email });
    expect(await mails.takeOne(server)).toMatchObject({ subject: 'すでにアカウントがあります' });
  });
});
