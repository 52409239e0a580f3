import { Attribute, Change, Client } from 'ldapts';
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
    'objectClass: companyPerson',
    `uid: ${uid}`,
    ...Object.entries(given).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
};

const base = [
  'dn: dc=acme,dc=example\nobjectClass: organization\nobjectClass: dcObject\no: Acme\ndc: acme',
  'dn: ou=people,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: people',
];

/** Works in the directory as its administrator. */
export async function inDirectory(
  { url, rootDn, rootPassword }: Pick<TestDirectory, 'url' | 'rootDn' | 'rootPassword'>,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ url });
  await client.bind(rootDn, rootPassword);
  await work(client).finally(() => client.unbind());
}

/** Sets an attribute of somebody, or takes it away. */
export const changePerson = (
  directory: Pick<TestDirectory, 'url' | 'rootDn' | 'rootPassword'>,
  uid: string,
  type: string,
  values: string[],
): Promise<void> =>
  inDirectory(directory, (client) =>
    client.modify(
      dnOf(uid),
      new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
    ),
  );

export const dnOf = (uid: string): string => `uid=${uid},ou=people,dc=acme,dc=example`;

/** Starts a directory with these people, and the authority whose certificate it shows. */
export async function startTestDirectory(
  slapd: string,
  people: readonly string[],
  options: { readonly policyDn?: string } = {},
): Promise<TestDirectory & { readonly authority: string }> {
  const ca = await authority('Directory authority');
  const own = await certificate({ names: [{ type: 'ip', value: '127.0.0.1' }] }, ca);
  const entries = `${[...base, ...people].join('\n\n')}\n`;
  const directory = await startDirectory(slapd, {
    entries,
    ...options,
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
