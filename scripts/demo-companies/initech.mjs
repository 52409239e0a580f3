import { findDirectoryServer, startDirectory } from '../slapd.mjs';
import { initechPeople } from './people.mjs';

const peopleDn = 'ou=people,dc=acme,dc=example';

/**
 * Initech's directory: OpenLDAP, if this machine has it.
 *
 * @param {string} password of everybody there
 * @returns {Promise<Awaited<ReturnType<typeof startDirectory>> & { peopleDn: string } | undefined>}
 */
export async function startInitech(password) {
  const slapd = findDirectoryServer();
  if (!slapd) return undefined;
  const entries = [
    'dn: dc=acme,dc=example\nobjectClass: organization\nobjectClass: dcObject\no: Initech\ndc: acme',
    `dn: ${peopleDn}\nobjectClass: organizationalUnit\nou: people`,
    ...initechPeople.map(
      ({ id, name, email }) =>
        `dn: uid=${id},${peopleDn}\nobjectClass: inetOrgPerson\nuid: ${id}\ncn: ${name}\nsn: ${name}\nmail: ${email}\nuserPassword: ${password}`,
    ),
  ];
  return { ...(await startDirectory(slapd, { entries: `${entries.join('\n\n')}\n` })), peopleDn };
}
