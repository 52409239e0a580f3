import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { dataFolder, freePort, removeFolder } from './database-instance.mjs';
import { findProgram } from './programs.mjs';

/** The path of OpenLDAP's server on this machine; undefined if there is none. */
export function findDirectoryServer() {
  return findProgram(['slapd']);
}

/**
 * Starts a private directory in a temporary folder, on free ports of 127.0.0.1.
 *
 * @param {string} slapd its path
 * @param {{ entries: string, tls?: { cert: string, key: string, ca: string }, policyDn?: string }} content LDIF below `dc=acme,dc=example`, PEM, and the default policy of passwords among the entries
 * @returns {Promise<{ url: string, secureUrl: string, rootDn: string, rootPassword: string, stop: () => void }>}
 */
export async function startDirectory(slapd, { entries, tls, policyDn }) {
  const folder = dataFolder('slapd');
  const [port, securePort] = [await freePort(), await freePort()];
  const file = (name, content) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const rootDn = 'cn=admin,dc=acme,dc=example';
  const rootPassword = 'the password of the directory';
  const configuration = [
    ...['core', 'cosine', 'nis', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    // Attributes of Active Directory and FreeIPA.
    "attributetype ( 1.3.6.1.4.1.32473.1.1 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    "attributetype ( 1.3.6.1.4.1.32473.1.2 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
    "objectclass ( 1.3.6.1.4.1.32473.2.1 NAME 'companyPerson' AUXILIARY MAY ( nsAccountLock $ memberOf ) )",
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    ...(policyDn ? ['moduleload ppolicy'] : []),
    ...(tls
      ? [
          `TLSCACertificateFile ${file('ca.pem', tls.ca)}`,
          `TLSCertificateFile ${file('cert.pem', tls.cert)}`,
          `TLSCertificateKeyFile ${file('key.pem', tls.key)}`,
        ]
      : []),
    'database mdb',
    'suffix "dc=acme,dc=example"',
    `rootdn "${rootDn}"`,
    `rootpw "${rootPassword}"`,
    `directory ${folder}`,
    'maxsize 268435456',
    'index objectClass,uid,mail,entryUUID eq',
    ...(policyDn ? ['overlay ppolicy', `ppolicy_default "${policyDn}"`] : []),
    'access to attrs=userPassword by self write by anonymous auth by * none',
    'access to * by users read by * none',
  ];
  const config = file('slapd.conf', `${configuration.join('\n')}\n`);
  let running;
  const stop = () => {
    running?.kill('SIGKILL');
    removeFolder(folder);
  };
  const added = spawnSync(slapd, ['-T', 'add', '-q', '-f', config, '-l', file('entries.ldif', entries)], {
    encoding: 'utf8',
  });
  if (added.status !== 0) {
    stop();
    throw new Error(`slapadd failed: ${added.stderr}`);
  }
  const listeners = [`ldap://127.0.0.1:${port}`, ...(tls ? [`ldaps://127.0.0.1:${securePort}`] : [])];
  running = spawn(slapd, ['-f', config, '-h', listeners.join(' '), '-d', '0'], { stdio: 'ignore' });
  await answering(port);
  return {
    url: `ldap://127.0.0.1:${port}`,
    secureUrl: `ldaps://127.0.0.1:${securePort}`,
    rootDn,
    rootPassword,
    stop,
  };
}

async function answering(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('slapd did not start');
}
