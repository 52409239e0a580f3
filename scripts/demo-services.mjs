import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
 * @typedef {object} Demo
 * @property {Service[]} services each needs those before it
 * @property {string[]} lines what people need to know
 * @property {() => void} [end] ends what else was started
 */

/**
 * The three services of the story, and the mailbox of its people. Their ports come from the environment, and their secrets are random.
 *
 * @param {string} folder for Eyrie's database
 * @param {string} password the password of Alice
 * @returns {Demo}
 * @throws {Problem} if a port is not a port number
 */
export function servicesOfTheStory(folder, password) {
  const ports = {
    eyrie: portFrom('PORT', 3000),
    contactSaver: portFrom('CONTACT_SAVER_PORT', 4001),
    messageWriter: portFrom('MESSAGE_WRITER_PORT', 4000),
    mailbox: portFrom('MAILBOX_PORT', 4002),
    smtp: portFrom('MAILBOX_SMTP_PORT', 4003),
    contactsMcp: portFrom('CONTACTS_MCP_PORT', 4004),
  };
  // Two hosts for one machine, since cookies do not distinguish ports.
  const issuer = `http://localhost:${ports.eyrie.number}`;
  const contactSaver = `http://127.0.0.1:${ports.contactSaver.number}`;
  const contactsUrl = `${contactSaver}/contacts`;
  const messageWriter = `http://127.0.0.1:${ports.messageWriter.number}/`;
  const contactsMcp = `http://127.0.0.1:${ports.contactsMcp.number}/mcp`;
  const mailbox = `http://127.0.0.1:${ports.mailbox.number}/`;
  const secrets = { CONTACT_SAVER_SECRET: randomSecret(), MESSAGE_WRITER_SECRET: randomSecret() };
  const inherited = withoutEyrieSettings(process.env);
  const services = [
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
        EYRIE_APPLY: storyAt(contactsMcp, folder),
        // Agents come without registration: by a document of theirs, or by registering themselves.
        EYRIE_CLIENT_DOCUMENTS: 'any',
        EYRIE_REGISTRATION: 'open',
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
      name: 'The MCP server',
      script: 'examples/contacts-mcp/dist/main.js',
      ports: [ports.contactsMcp],
      url: contactsMcp,
      probe: contactsMcp,
      environment: {
        ...inherited,
        ISSUER: issuer,
        MCP_URL: contactsMcp,
        PORT: String(ports.contactsMcp.number),
      },
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
  const lines = [
    `Open      ${messageWriter}`,
    'Username  alice',
    `Password  ${password}`,
    `Account   ${issuer}/account`,
    `Mailbox   ${mailbox}`,
    `Agents    ${contactsMcp}`,
  ];
  return { services, lines };
}

/**
 * Writes the file of the story into a folder of its own, which is given back. In it, the MCP server has the URL of this run: the
 * identifier of a resource is the URL that clients know.
 */
function storyAt(contactsMcp, folder) {
  const path = join(folder, 'configuration');
  mkdirSync(path);
  const story = readFileSync(join(dirname(import.meta.dirname), 'eyrie.example.yaml'), 'utf8');
  writeFileSync(join(path, 'story.yaml'), story.replace('http://127.0.0.1:4004/mcp', contactsMcp));
  return path;
}

/** The port that a setting names. @throws {Problem} if it is not a port number */
export function portFrom(setting, fallback) {
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
