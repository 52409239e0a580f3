import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Problem } from './problem.mjs';

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} script relative to the root folder
 * @property {number} port
 * @property {string} portSetting the environment variable that chooses the port
 * @property {string} url the URL to open
 * @property {string} probe a URL that responds when the service is ready
 * @property {Record<string, string>} environment
 */

/**
 * The three services of the story. Their ports come from the environment, and their secrets are random.
 *
 * @param {string} folder for Eyrie's database
 * @param {string} password the password of Alice
 * @returns {Service[]} MessageWriter, which people open, comes last
 * @throws {Problem} if a port is not a port number
 */
export function servicesOfTheStory(folder, password) {
  const port = {
    eyrie: portFrom('PORT', 3000),
    contactSaver: portFrom('CONTACT_SAVER_PORT', 4001),
    messageWriter: portFrom('MESSAGE_WRITER_PORT', 4000),
  };
  // Two hosts for one machine, since cookies do not distinguish ports.
  const issuer = `http://localhost:${port.eyrie}`;
  const contactSaver = `http://127.0.0.1:${port.contactSaver}`;
  const contactsUrl = `${contactSaver}/contacts`;
  const messageWriter = `http://127.0.0.1:${port.messageWriter}/`;
  const secrets = { CONTACT_SAVER_SECRET: randomSecret(), MESSAGE_WRITER_SECRET: randomSecret() };
  const inherited = withoutEyrieSettings(process.env);
  return [
    {
      name: 'Eyrie',
      script: 'dist/main.js',
      port: port.eyrie,
      portSetting: 'PORT',
      url: issuer,
      probe: `${issuer}/health/ready`,
      environment: {
        ...inherited,
        ...secrets,
        ALICE_PASSWORD: password,
        PORT: String(port.eyrie),
        HOST: '127.0.0.1',
        NODE_ENV: 'development',
        DATABASE_URL: `sqlite:${join(folder, 'eyrie.sqlite')}`,
        EYRIE_ISSUER: issuer,
        EYRIE_SECRET: randomSecret(),
        EYRIE_APPLY: 'eyrie.example.yaml',
        EYRIE_LOG_LEVEL: 'warn',
      },
    },
    {
      name: 'ContactSaver',
      script: 'examples/contact-saver/dist/main.js',
      port: port.contactSaver,
      portSetting: 'CONTACT_SAVER_PORT',
      url: contactsUrl,
      probe: `${contactSaver}/health`,
      environment: { ...inherited, ...secrets, ISSUER: issuer, PORT: String(port.contactSaver) },
    },
    {
      name: 'MessageWriter',
      script: 'examples/message-writer/dist/main.js',
      port: port.messageWriter,
      portSetting: 'MESSAGE_WRITER_PORT',
      url: messageWriter,
      probe: messageWriter,
      environment: {
        ...inherited,
        ...secrets,
        ISSUER: issuer,
        CONTACTS_URL: contactsUrl,
        PORT: String(port.messageWriter),
      },
    },
  ];
}

function portFrom(name, fallback) {
  const port = Number(process.env[name] || fallback);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Problem(`${name} is "${process.env[name]}": use a port number, or omit it for ${fallback}`);
}

/** Settings in this shell for another Eyrie must not change the demo. */
function withoutEyrieSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('EYRIE_')));
}

function randomSecret() {
  return randomBytes(32).toString('base64url');
}
