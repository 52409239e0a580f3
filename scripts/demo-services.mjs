import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Problem } from './problem.mjs';

/**
 * @typedef {object} Port
 * @property {number} number
 * @property {string} setting the environment variable that chooses it
 */

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} script relative to the root folder
 * @property {Port[]} ports
 * @property {string} url the URL to open
 * @property {string} probe a URL that responds when the service is ready
 * @property {Record<string, string>} environment
 */

/**
 * The three services of the story, and the mailbox of its people. Their ports come from the environment, and their secrets are random.
 *
 * @param {string} folder for Eyrie's database
 * @param {string} password the password of Alice
 * @returns {Service[]} each needs those before it; MessageWriter, which people open, comes last
 * @throws {Problem} if a port is not a port number
 */
export function servicesOfTheStory(folder, password) {
  const ports = {
    eyrie: portFrom('PORT', 3000),
    contactSaver: portFrom('CONTACT_SAVER_PORT', 4001),
    messageWriter: portFrom('MESSAGE_WRITER_PORT', 4000),
    mailbox: portFrom('MAILBOX_PORT', 4002),
    smtp: portFrom('MAILBOX_SMTP_PORT', 4003),
  };
  // Two hosts for one machine, since cookies do not distinguish ports.
  const issuer = `http://localhost:${ports.eyrie.number}`;
  const contactSaver = `http://127.0.0.1:${ports.contactSaver.number}`;
  const contactsUrl = `${contactSaver}/contacts`;
  const messageWriter = `http://127.0.0.1:${ports.messageWriter.number}/`;
  const mailbox = `http://127.0.0.1:${ports.mailbox.number}/`;
  const secrets = { CONTACT_SAVER_SECRET: randomSecret(), MESSAGE_WRITER_SECRET: randomSecret() };
  const inherited = withoutEyrieSettings(process.env);
  return [
    {
      name: 'The mailbox',
      script: 'scripts/demo-mailbox.mjs',
      ports: [ports.mailbox, ports.smtp],
      url: mailbox,
      probe: mailbox,
      environment: {
        ...inherited,
        PORT: String(ports.mailbox.number),
        SMTP_PORT: String(ports.smtp.number),
      },
    },
    {
      name: 'Eyrie',
      script: 'dist/main.js',
      ports: [ports.eyrie],
      url: issuer,
      probe: `${issuer}/health/ready`,
      environment: {
        ...inherited,
        ...secrets,
        ALICE_PASSWORD: password,
        PORT: String(ports.eyrie.number),
        HOST: '127.0.0.1',
        NODE_ENV: 'development',
        DATABASE_URL: `sqlite:${join(folder, 'eyrie.sqlite')}`,
        EYRIE_ISSUER: issuer,
        EYRIE_SECRET: randomSecret(),
        EYRIE_APPLY: 'eyrie.example.yaml',
        EYRIE_MAIL_URL: `smtp://127.0.0.1:${ports.smtp.number}`,
        EYRIE_MAIL_FROM: 'Eyrie <no-reply@example.com>',
        EYRIE_SIGN_UP: 'open',
        EYRIE_LOG_LEVEL: 'warn',
      },
    },
    {
      name: 'ContactSaver',
      script: 'examples/contact-saver/dist/main.js',
      ports: [ports.contactSaver],
      url: contactsUrl,
      probe: `${contactSaver}/health`,
      environment: { ...inherited, ...secrets, ISSUER: issuer, PORT: String(ports.contactSaver.number) },
    },
    {
      name: 'MessageWriter',
      script: 'examples/message-writer/dist/main.js',
      ports: [ports.messageWriter],
      url: messageWriter,
      probe: messageWriter,
      environment: {
        ...inherited,
        ...secrets,
        ISSUER: issuer,
        CONTACTS_URL: contactsUrl,
        PORT: String(ports.messageWriter.number),
      },
    },
  ];
}

function portFrom(setting, fallback) {
  const number = Number(process.env[setting] || fallback);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return { number, setting };
  throw new Problem(`${setting} is "${process.env[setting]}": use a port number, or omit it for ${fallback}`);
}

/** Settings in this shell for another Eyrie must not change the demo. */
function withoutEyrieSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('EYRIE_')));
}

function randomSecret() {
  return randomBytes(32).toString('base64url');
}
