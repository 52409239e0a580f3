import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { stringify } from 'yaml';
import { portFrom, servicesOfTheStory } from '../demo-services.mjs';
import { startInitech } from './initech.mjs';
import { acmePeople, globexPeople, initechPeople } from './people.mjs';

const certificateDays = 30;

/**
 * The story for people of companies: beside Alice's account, they sign in at the identity provider or with the password of their company.
 *
 * @param {string} folder for keys and for Eyrie's database
 * @param {string} password of Alice
 * @returns {Promise<import('../demo-services.mjs').Demo>}
 * @throws {Problem} if a port is not a port number
 */
export async function companiesDemo(folder, password) {
  const story = servicesOfTheStory(folder, password);
  const ports = { acme: portFrom('ACME_PORT', 4005), globex: portFrom('GLOBEX_PORT', 4006) };
  const acme = `http://127.0.0.1:${ports.acme.number}`;
  const globex = `http://127.0.0.1:${ports.globex.number}`;
  const secret = randomBytes(32).toString('base64url');
  const key = await writeKey(folder);
  const initech = await startInitech(password);

  const eyrie = story.services.find(({ name }) => name === 'Eyrie');
  writeFileSync(
    join(eyrie.environment.EYRIE_APPLY, 'companies.yaml'),
    stringify(configuration({ acme, globex, initech, secret, certificate: key.certificate })),
    { mode: 0o600 },
  );
  // The companies are on this machine.
  eyrie.environment.EYRIE_OUTBOUND_ALLOW = '127.0.0.1';
  const company = (name, script, port, url, environment) => ({
    name,
    script: `scripts/demo-companies/${script}`,
    ports: [port],
    url,
    probe: url,
    environment: { ...process.env, PORT: String(port.number), ...environment },
  });
  return {
    services: [
      company('Acme', 'acme.mjs', ports.acme, `${acme}/.well-known/openid-configuration`, {
        REDIRECT_URI: `${eyrie.url}/upstream/acme/callback`,
        CLIENT_SECRET: secret,
      }),
      company('Globex', 'globex.mjs', ports.globex, `${globex}/`, {
        METADATA: `${eyrie.url}/upstream/globex/metadata`,
        KEY: key.keyFile,
        CERTIFICATE: key.certificateFile,
      }),
      ...story.services,
    ],
    lines: [
      ...story.lines,
      `Acme      OpenID Connect: the button, then ${namesOf(acmePeople)}`,
      `Globex    SAML 2.0: the button, then ${namesOf(globexPeople)}`,
      initech
        ? `Initech   LDAP: ${initechPeople.map(({ id }) => id).join(' or ')} with the password above`
        : 'Initech   left out: no slapd (OpenLDAP) was found on this machine',
    ],
    end: () => initech?.stop(),
  };
}

const namesOf = (people) => people.map(({ name }) => name).join(' or ');

/** The part of the configuration file: who is trusted to say who somebody is. */
function configuration({ acme, globex, initech, secret, certificate }) {
  const people = { existing_account: 'link', new_account: 'create' };
  return {
    groups: [{ name: 'employees', description: 'People whom Acme calls its staff' }],
    upstreams: [
      {
        alias: 'acme',
        name: 'Acme',
        issuer: acme,
        client_id: 'eyrie',
        client_secret: secret,
        scope: 'openid profile email groups',
        userinfo: true,
        trusted_email_domains: ['acme.example'],
        groups_claim: 'groups',
        group_map: { staff: 'employees' },
        ...people,
      },
      {
        alias: 'globex',
        name: 'Globex',
        protocol: 'saml',
        idp_entity_id: `${globex}/metadata`,
        sso_url: `${globex}/sso`,
        certificates: [certificate],
        trusted_email_domains: ['globex.example'],
        email_verified: 'assumed',
        claims: { email: 'email', name: 'name' },
        ...people,
      },
      ...(initech
        ? [
            {
              alias: 'initech',
              name: 'Initech',
              preset: 'openldap',
              servers: [initech.url],
              bind_dn: initech.rootDn,
              client_secret: initech.rootPassword,
              base_dn: initech.peopleDn,
              trusted_email_domains: ['initech.example'],
              email_verified: 'assumed',
              ...people,
            },
          ]
        : []),
    ],
  };
}

/** Makes the key of Globex, and writes it with its certificate into the folder. */
async function writeKey(folder) {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048 };
  const keys = await webcrypto.subtle.generateKey(
    { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=globex.example',
      notAfter: new Date(Date.now() + certificateDays * 86_400_000),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto,
  );
  const certificate = made.toString('pem');
  const keyFile = join(folder, 'globex-key.pem');
  const certificateFile = join(folder, 'globex-certificate.pem');
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  writeFileSync(keyFile, PemConverter.encode(pkcs8, 'PRIVATE KEY'), { mode: 0o600 });
  writeFileSync(certificateFile, certificate);
  return { certificate, keyFile, certificateFile };
}
