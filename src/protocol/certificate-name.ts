import type { X509Certificate } from 'node:crypto';
import type { MetadataProblem } from './metadata-problem.js';
import { normalizeUri } from './uri.js';
import { distinguishedName, subjectName } from './distinguished-name.js';

/** The name that identifies a client's certificate: exactly one of these (RFC 8705 §2.1.2). */
export interface CertificateName {
  /** As RFC 4514 writes it. */
  tls_client_auth_subject_dn?: string | null;
  tls_client_auth_san_dns?: string | null;
  tls_client_auth_san_uri?: string | null;
  tls_client_auth_san_ip?: string | null;
  tls_client_auth_san_email?: string | null;
}

interface NameKind {
  readonly field: keyof CertificateName;
  /** The violation if the value cannot be normalised. */
  readonly form: string;
  /** Normalises a value: equal values become equal strings. */
  readonly oneForm: (value: string) => string | undefined;
  /** How Node marks such an entry among a certificate's alternative names; none for the subject itself. */
  readonly mark?: string;
}

const kinds: readonly NameKind[] = [
  {
    field: 'tls_client_auth_subject_dn',
    form: 'must be a distinguished name such as CN=robot,O=Example,C=SE (RFC 4514)',
    oneForm: distinguishedName,
  },
  {
    field: 'tls_client_auth_san_dns',
    form: 'must be a host name',
    oneForm: (value) => (/^[\w-]+(?:\.[\w-]+)*$/.test(value) ? value.toLowerCase() : undefined),
    mark: 'DNS',
  },
  {
    field: 'tls_client_auth_san_uri',
    form: 'must be a URI',
    oneForm: (value) => (/^[a-z][a-z\d+.-]*:[!-~]+$/i.test(value) ? normalizeUri(value) : undefined),
    mark: 'URI',
  },
  {
    field: 'tls_client_auth_san_ip',
    form: 'must be an IPv4 or IPv6 address',
    oneForm: addressForm,
    mark: 'IP Address',
  },
  {
    field: 'tls_client_auth_san_email',
    form: 'must be an email address',
    oneForm: (value) => (/^[!-?A-~]+@[\w.-]+$/.test(value) ? value : undefined),
    mark: 'email',
  },
];

/** The violations of a client's certificate names. */
export function certificateNameProblems(metadata: CertificateName, isRequired: boolean): MetadataProblem[] {
  const named = kinds.filter(({ field }) => metadata[field]);
  // "A client using the tls_client_auth authentication method MUST use exactly one of the below metadata parameters" (§2.1.2)
  if (named.length > 1)
    return named
      .slice(1)
      .map(({ field }) => ({ field, reason: 'cannot stand beside another tls_client_auth name' }));
  if (isRequired && named.length === 0)
    return [
      {
        field: 'tls_client_auth_subject_dn',
        reason: 'or one tls_client_auth_san_… is required with tls_client_auth',
      },
    ];
  return named
    .filter(({ field, oneForm }) => oneForm(metadata[field] ?? '') === undefined)
    .map(({ field, form }) => ({ field, reason: form }));
}

/** Whether a certificate has the name that the client registered. */
export function hasCertificateName(certificate: X509Certificate, metadata: CertificateName): boolean {
  const kind = kinds.find(({ field }) => metadata[field]);
  const expected = kind?.oneForm(metadata[kind.field] ?? '');
  if (!kind || expected === undefined) return false;
  if (kind.mark === undefined) return subjectName(certificate.subject) === expected;
  return alternativeNames(certificate.subjectAltName ?? '').some(
    ([mark, value]) => mark === kind.mark && kind.oneForm(value) === expected,
  );
}

/** The entries of Node's list of alternative names, where an ambiguous value is a JSON string. */
function alternativeNames(list: string): [mark: string, value: string][] {
  const entries = list.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)/gy);
  return [...entries].map(([, mark = '', value = '']) => [
    mark,
    value.startsWith('"') ? String(JSON.parse(value)) : value,
  ]);
}

/** The one spelling of an IPv6 address, as the URL parser writes it. */
function addressForm(value: string): string | undefined {
  if (/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(value))
    return URL.canParse(`http://${value}`) ? value : undefined;
  if (!/^[\da-f:.]+$/i.test(value) || !URL.canParse(`http://[${value}]`)) return undefined;
  return new URL(`http://[${value}]`).hostname;
}
