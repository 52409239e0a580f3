import { isMailAddress } from '../../src/config/mail-url.js';
import { readSettings } from '../../src/config/settings.js';

const from = 'no-reply@example.com';

describe('EYRIE_MAIL_URL', () => {
  const serverOf = (url: string) => readSettings({ EYRIE_MAIL_URL: url, EYRIE_MAIL_FROM: from }).mail.server;

  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'required', login: undefined }],
    ['smtp://mail:25?starttls=optional', { host: 'mail', port: 25, tls: 'optional' }],
    ['smtp://127.0.0.1:1025', { port: 1025, tls: 'optional' }],
    ['smtp://[::1]:1025/', { host: '::1', tls: 'optional' }],
    ['smtp://localhost?starttls=required', { tls: 'required' }],
    ['smtps://mail.example.com', { port: 465, tls: 'implicit' }],
    [
      'SMTPS://u%40x:p%2F%25@mail.example.com:2465',
      { port: 2465, login: { username: 'u@x', password: 'p/%' } },
    ],
  ])('%s is understood', (url, expected) => {
    expect(serverOf(url)).toMatchObject(expected);
  });

  it.each([
    ['mail.example.com', 'not understood'],
    ['http://mail.example.com', 'not understood'],
    ['smtp://', 'not understood'],
    ['smtp://mail.example.com/inbox', 'not understood'],
    ['smtp://user@mail.example.com', 'a user or a password alone'],
    ['smtp://user:50%@mail.example.com', 'begins no percent-encoding'],
    ['smtp://mail.example.com?starttls=off', 'unknown option'],
    ['smtp://mail.example.com?tls=on', 'unknown option'],
    ['smtps://mail.example.com?starttls=optional', 'options'],
  ])('%s stops the start with a remedy, and is not repeated', (url, problem) => {
    expect(() => serverOf(url)).toThrow(new RegExp(`^EYRIE_MAIL_URL (is|has) .*${problem}.*: \\w`));
    expect(() => serverOf(url)).not.toThrow(`${url} `);
  });

  it('and EYRIE_MAIL_FROM need each other', () => {
    expect(() => readSettings({ EYRIE_MAIL_URL: 'smtp://localhost' })).toThrow('EYRIE_MAIL_FROM is missing');
    expect(() => readSettings({ EYRIE_MAIL_FROM: from })).toThrow('EYRIE_MAIL_URL is missing');
  });
});

describe('EYRIE_MAIL_FROM', () => {
  const mailboxOf = (value: string) =>
    readSettings({ EYRIE_MAIL_URL: 'smtp://localhost', EYRIE_MAIL_FROM: value }).mail.from;

  it.each([
    [from, { name: '', address: from }],
    [`Example <${from}>`, { name: 'Example', address: from }],
    ['Zoë, Büro <büro@bücher.example>', { name: 'Zoë, Büro', address: 'büro@bücher.example' }],
  ])('%s is a sender', (value, mailbox) => {
    expect(mailboxOf(value)).toEqual(mailbox);
  });

  it.each(['nobody', '<a@b', 'a@b@c', 'a b@c', 'x"y <a@b.example>', 'a@b, c@d'])(
    '%s stops the start with a remedy',
    (value) => {
      expect(() => mailboxOf(value)).toThrow('use an address such as');
    },
  );
});

describe('An address that mail is sent to', () => {
  it.each(['a@b.example', "o'neil+x@b.example", 'ä@ü.example', 'admin@localhost'])('%j is one', (text) => {
    expect(isMailAddress(text)).toBe(true);
  });

  it.each([
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example>',
    '<a@b.example',
    'a@b.example,c@d.example',
    'a@b.example c@d.example',
    'a',
    '@b.example',
    'a@',
    `${'a'.repeat(320)}@b.example`,
    'a\u0000@b.example',
    'a\u202e@b.example',
  ])('%j is none', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});

describe('EYRIE_SIGN_UP', () => {
  const mail = { EYRIE_MAIL_URL: 'smtp://localhost', EYRIE_MAIL_FROM: from };

  it.each([
    [{ EYRIE_SIGN_UP: 'open' }, 'EYRIE_SIGN_UP needs mail'],
    [{ ...mail, EYRIE_SIGN_UP: 'on' }, 'use off, open, or domains'],
    [{ ...mail, EYRIE_SIGN_UP: 'a@example.com' }, 'use off, open, or domains'],
    [{ ...mail, EYRIE_SIGN_UP: 'open,example.com' }, 'use off, open, or domains'],
  ])('%j stops the start with a remedy', (environment, remedy) => {
    expect(() => readSettings(environment)).toThrow(remedy);
  });
});
