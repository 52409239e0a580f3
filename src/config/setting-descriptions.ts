/** One setting: its name, what it means, its default as README shows it. */
interface Description {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every setting that Eyrie reads, in README's order. A name that stands nowhere here is read nowhere. */
export const settingDescriptions: readonly Description[] = [
  {
    name: 'EYRIE_ISSUER',
    default: '`http://localhost:` and the port',
    meaning: 'issuer and base of every URL; https unless its host is loopback',
  },
  { name: 'PORT', default: '3000', meaning: 'port to listen on' },
  { name: 'HOST', default: '127.0.0.1 (0.0.0.0 in the image)', meaning: 'address to listen on' },
  {
    name: 'DATABASE_URL',
    default: 'sqlite:./data/eyrie.sqlite',
    meaning: 'or mysql://user:password@host:3306/name (MySQL 8, MariaDB 10.11 and later)',
  },
  {
    name: 'EYRIE_SECRET',
    default: 'generated beside the SQLite file, in development only',
    meaning:
      '32 characters or more; encrypts signing keys at rest, seals browser state, keys the hashes of client secrets',
  },
  {
    name: 'EYRIE_APPLY',
    default: 'none',
    meaning: 'a YAML file of resources, clients and users, applied at start',
  },
  {
    name: 'EYRIE_ADMIN_PASSWORD',
    default: 'none',
    meaning: "the first administrator's password; without it one is generated and printed once",
  },
  {
    name: 'EYRIE_TRUSTED_PROXIES',
    default: 'none',
    meaning: 'comma-separated addresses or CIDR blocks whose X-Forwarded-For is believed',
  },
  {
    name: 'EYRIE_TLS_CERT',
    default: 'none',
    meaning: 'PEM file: serve https without a proxy (with EYRIE_TLS_KEY)',
  },
  { name: 'EYRIE_TLS_KEY', default: 'none', meaning: 'PEM file of the private key to EYRIE_TLS_CERT' },
  {
    name: 'EYRIE_MTLS',
    default: 'off',
    meaning:
      'on: clients may authenticate by TLS certificates, and have tokens bound to them (RFC 8705); needs EYRIE_TLS_CERT or EYRIE_MTLS_HEADER',
  },
  {
    name: 'EYRIE_MTLS_HEADER',
    default: 'none',
    meaning:
      'header in which proxies of EYRIE_TRUSTED_PROXIES pass the certificate: Client-Cert (RFC 9440), or one of URL-encoded PEM',
  },
  {
    name: 'EYRIE_MTLS_CA',
    default: 'none, and no tls_client_auth',
    meaning:
      'PEM file of the authorities that issue certificates for tls_client_auth, intermediate ones too; or proxy, where the proxy lets in no other certificates',
  },
  {
    name: 'EYRIE_MTLS_ORIGIN',
    default: 'the issuer',
    meaning: 'origin at which clients present certificates, published as mtls_endpoint_aliases',
  },
  {
    name: 'EYRIE_OUTBOUND_ALLOW',
    default: 'none',
    meaning:
      'comma-separated hosts (or host:port) whose URLs clients may name over http and at private addresses too',
  },
  {
    name: 'EYRIE_REGISTRATION',
    default: 'off',
    meaning: 'who may register clients at /register: off, token (with an initial access token) or open',
  },
  {
    name: 'EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS',
    default: '20',
    meaning:
      'registrations from one address in an hour, refused ones included, before open registration answers 429',
  },
  {
    name: 'EYRIE_DPOP_NONCE',
    default: 'off',
    meaning: 'on: DPoP proofs must hold a nonce of ours (RFC 9449 §8)',
  },
  {
    name: 'EYRIE_SESSION_MANAGEMENT',
    default: 'off',
    meaning:
      'on: check_session_iframe and session_state (OpenID Connect Session Management); under https it takes a SameSite=None cookie',
  },
  {
    name: 'EYRIE_METRICS',
    default: 'off',
    meaning:
      'who may read /metrics: off (nobody, nothing is counted), token (access tokens with scope eyrie.admin.read), or comma-separated addresses or CIDR blocks that need no token',
  },
  { name: 'EYRIE_LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent' },
  { name: 'EYRIE_ACCESS_TOKEN_TTL', default: '600', meaning: 'seconds an access token lives' },
  { name: 'EYRIE_ID_TOKEN_TTL', default: '600', meaning: 'seconds an ID token lives' },
  { name: 'EYRIE_CODE_TTL', default: '60', meaning: 'seconds an authorization code lives, 60 at most' },
  {
    name: 'EYRIE_PUSHED_REQUEST_TTL',
    default: '60',
    meaning: 'seconds in which a pushed authorization request must reach the authorization endpoint',
  },
  {
    name: 'EYRIE_REQUIRE_PUSHED_REQUESTS',
    default: 'false',
    meaning: 'true: authorization requests of every client must be pushed (RFC 9126)',
  },
  {
    name: 'EYRIE_REQUEST_URI',
    default: 'off',
    meaning:
      'request objects by reference (RFC 9101 §5.2): off, registered (only request_uris of the client) or any (also others of it, at public addresses)',
  },
  {
    name: 'EYRIE_DEVICE_CODE_TTL',
    default: '600',
    meaning: 'seconds in which the code that a device shows can be entered',
  },
  {
    name: 'EYRIE_RESPONSE_TYPES',
    default: 'none',
    meaning:
      'comma-separated response types beyond code, for relying parties that still need them: id_token, code id_token, id_token token, code token, code id_token token',
  },
  {
    name: 'EYRIE_REFRESH_IDLE_TTL',
    default: '2592000',
    meaning: 'seconds a refresh token lives unused (30 days)',
  },
  {
    name: 'EYRIE_REFRESH_ABSOLUTE_TTL',
    default: '15552000',
    meaning: 'seconds until a grant ends however often it is refreshed (180 days)',
  },
  {
    name: 'EYRIE_REFRESH_GRACE',
    default: '10',
    meaning: 'seconds in which a rotated refresh token still yields its one successor',
  },
  {
    name: 'EYRIE_SESSION_IDLE_TTL',
    default: '86400',
    meaning: 'seconds a sign-in session lives unused (1 day)',
  },
  {
    name: 'EYRIE_SESSION_TTL',
    default: '1209600',
    meaning: 'seconds a sign-in session lives at most (14 days)',
  },
  {
    name: 'EYRIE_SIGN_IN_ATTEMPTS',
    default: '10',
    meaning: 'failed sign-ins to one account in the window before it answers 429',
  },
  {
    name: 'EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS',
    default: '100',
    meaning: 'failed sign-ins from one address in the window before it answers 429',
  },
  {
    name: 'EYRIE_SIGN_IN_WINDOW',
    default: '900',
    meaning: 'seconds of the window in which failed sign-ins are counted',
  },
  {
    name: 'EYRIE_EXPLAIN_TTL',
    default: '604800',
    meaning: 'seconds in which a refusal can be looked up by its reference (7 days); 0 keeps none',
  },
  {
    name: 'NODE_ENV',
    default: 'development',
    meaning: 'development or production; the image runs in production',
  },
];
