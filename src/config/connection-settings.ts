import type { SettingGroup } from './setting.js';
import {
  dnsServer,
  headerName,
  host,
  integer,
  listOf,
  network,
  onOff,
  seconds,
  secureOrigin,
  text,
} from './setting-kinds.js';

/** How requests reach Eyrie, and what it fetches itself. */
export const connectionSettings = {
  trustedProxies: {
    name: 'EYRIE_TRUSTED_PROXIES',
    default: '',
    meaning: 'Comma-separated addresses or CIDR blocks of proxies whose X-Forwarded-For header is trusted',
    parse: listOf(network),
  },
  tlsCertificate: {
    name: 'EYRIE_TLS_CERT',
    meaning: 'PEM file of a certificate: serves https without a proxy, together with EYRIE_TLS_KEY',
    parse: text,
  },
  tlsKey: { name: 'EYRIE_TLS_KEY', meaning: 'PEM file of the private key for EYRIE_TLS_CERT', parse: text },
  mutualTls: {
    isOn: {
      name: 'EYRIE_MTLS',
      default: 'off',
      meaning:
        'on: clients may authenticate by TLS certificates and have tokens bound to them (RFC 8705). Needs EYRIE_TLS_CERT or EYRIE_MTLS_HEADER',
      parse: onOff,
    },
    header: {
      name: 'EYRIE_MTLS_HEADER',
      meaning:
        'Header in which the proxies of EYRIE_TRUSTED_PROXIES pass the certificate on: Client-Cert (RFC 9440), or a header with URL-encoded PEM',
      parse: headerName,
    },
    authorities: {
      name: 'EYRIE_MTLS_CA',
      defaultMeaning: 'none: tls_client_auth is off',
      meaning:
        'PEM file of the authorities (intermediate ones too) that issue certificates for tls_client_auth; or proxy, if the proxy accepts no other certificates',
      parse: text,
    },
    origin: {
      name: 'EYRIE_MTLS_ORIGIN',
      defaultMeaning: 'the issuer',
      meaning: 'Origin at which clients present certificates, published as mtls_endpoint_aliases',
      parse: secureOrigin,
    },
  },
  anonymousRequests: {
    name: 'EYRIE_ANONYMOUS_REQUESTS',
    default: '120',
    meaning:
      'Requests of one kind from one network (an IPv4 address or an IPv6 /64; more from a /56 or /48) that may write or fetch something within a minute, although no client that an operator registered has authenticated: pushed requests, device authorizations, failed requests with DPoP proofs, documents of request_uri. Further ones get 429',
    parse: integer(1, 1_000_000),
  },
  outboundAllow: {
    name: 'EYRIE_OUTBOUND_ALLOW',
    default: '',
    meaning:
      'Comma-separated hosts (or host:port) that clients may name in URLs even with http or at private addresses',
    parse: listOf(host),
  },
  dnsServers: {
    name: 'EYRIE_DNS_SERVERS',
    default: '',
    defaultMeaning: 'those of the machine',
    meaning:
      'Comma-separated addresses (with a port if it is not 53) of the DNS servers that are asked for the records that verify domains of organizations',
    parse: listOf(dnsServer),
  },
  ldapAuthorities: {
    name: 'EYRIE_LDAP_CA',
    defaultMeaning: 'the authorities of Node.js',
    meaning: 'PEM file of the authorities that issue the certificates of LDAP directories',
    parse: text,
  },
  directorySyncInterval: {
    name: 'EYRIE_DIRECTORY_SYNC_INTERVAL',
    default: '300',
    meaning:
      'Seconds between two looks at the entries of all people who are linked to an LDAP directory: an account ends within this time once its entry is disabled, and within three times it once the entry is gone; 0 turns it off',
    parse: seconds(0, 86_400),
  },
  directoryFullSyncInterval: {
    name: 'EYRIE_DIRECTORY_FULL_SYNC_INTERVAL',
    default: '0',
    defaultMeaning: 'every look is at everybody',
    meaning:
      'Seconds between two looks at the entries of all people of a directory. Looks in between are at those alone whose entries have changed: then an account ends within three times this time once its entry is gone',
    parse: seconds(0, 604_800),
  },
} as const satisfies SettingGroup;
