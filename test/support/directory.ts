import { startDirectory } from '../../scripts/slapd.mjs';
import { UpstreamRegistration } from '../../src/sign-in/upstream/upstream-registration.js';
import type { PutUpstreamDto } from '../../src/sign-in/upstream/upstreams.dto.js';
import { authority, certificate } from './certificates.js';
import type { TestServer } from './server.js';

/** OpenLDAP's server; undefined where the machine has none. */
export const slapdPath = process.env.EYRIE_TEST_SLAPD;

export type TestDirectory = Awaited<ReturnType<typeof startDirectory>>;

/** Somebody in the directory, as LDIF. */
export const personEntry = (uid: string, attributes: Readonly<Record<string, string>> = {}): string => {
  const given = {
    cn: uid,
    sn: uid,
    mail: `${uid}@acme.example`,
    userPassword: `password of ${uid}`,
    ...attributes,
  };
  return [
    `dn: uid=${uid},ou=people,dc=acme,dc=example`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    ...Object.entries(given).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
};

const base = [
  'dn: dc=acme,dc=example\nobjectClass: organization\nobjectClass: dcObject\no: Acme\ndc: acme',
  'dn: ou=people,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: people',
];

/** Starts a directory with these people, and the authority whose certificate it shows. */
export async function startTestDirectory(
  slapd: string,
  people: readonly string[],
): Promise<TestDirectory & { readonly authority: string }> {
  const ca = await authority('Directory authority');
  const own = await certificate({ names: [{ type: 'ip', value: '127.0.0.1' }] }, ca);
  const entries = `${[...base, ...people].join('\n\n')}\n`;
  const directory = await startDirectory(slapd, {
    entries,
    tls: { cert: own.cert, key: own.key, ca: ca.cert },
  });
  return { ...directory, authority: ca.cert };
}

/** Registers the directory as the upstream `corp`, whose people get accounts. */
export async function registerDirectory(
  server: TestServer,
  { url, rootDn, rootPassword }: Pick<TestDirectory, 'url' | 'rootDn' | 'rootPassword'>,
  members: Partial<PutUpstreamDto> = {},
): Promise<void> {
  await server.app.get(UpstreamRegistration).put(
    {
      alias: 'corp',
      name: 'Corp',
      preset: 'openldap',
      servers: [url],
      bind_dn: rootDn,
      client_secret: rootPassword,
      base_dn: 'ou=people,dc=acme,dc=example',
      trusted_email_domains: ['acme.example'],
      new_account: 'create',
      ...members,
    },
    'test',
  );
}
