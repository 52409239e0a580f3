import { assertionAlgorithms, assertionAudiences } from '../client-assertion.js';
import { clientAuthMethods } from '../client-metadata.js';
import type { ClientMembers } from './member.js';

/** The name of a certificate: a client has one of five (RFC 8705 §2.1.2). */
const certificateName = {
  kind: 'text',
  maxLength: 2_048,
  default: null,
  spec: 'RFC 8705 §2.1.2',
} as const;

/** How the client proves that it is itself. */
export const authenticationMembers = {
  token_endpoint_auth_method: {
    kind: 'choice',
    values: clientAuthMethods,
    default: 'client_secret_basic',
    meaning: 'How it authenticates; none for a public client',
    spec: 'RFC 7591 §2',
  },
  token_endpoint_auth_methods: {
    kind: 'choices',
    values: ['client_secret_basic', 'client_secret_post'],
    default: null,
    meaning:
      'Both ways to send its secret, if it may use either; token_endpoint_auth_method is one of them. Null if that is the only one',
  },
  tls_client_auth_subject_dn: {
    ...certificateName,
    meaning: 'The subject of its certificate, one of five ways to name it for tls_client_auth',
    spec: 'RFC 8705 §2.1.2, RFC 4514',
  },
  tls_client_auth_san_dns: { ...certificateName, meaning: 'A host name that its certificate holds' },
  tls_client_auth_san_uri: { ...certificateName, meaning: 'A URI that its certificate holds' },
  tls_client_auth_san_ip: { ...certificateName, meaning: 'An IP address that its certificate holds' },
  tls_client_auth_san_email: { ...certificateName, meaning: 'An email address that its certificate holds' },
  token_endpoint_auth_signing_alg: {
    kind: 'choice',
    values: Object.values(assertionAlgorithms).flat(),
    default: null,
    meaning: 'The only algorithm of its assertions; any that fits its method if null',
    spec: 'OIDC Registration §2',
  },
  assertion_audience: {
    kind: 'choice',
    values: assertionAudiences,
    default: 'issuer',
    meaning: 'endpoint: its assertions may name the token endpoint as their audience, not only the issuer',
  },
  eyrie_federated_issuer: {
    kind: 'text',
    maxLength: 2_048,
    default: null,
    meaning:
      'With private_key_jwt: the trusted issuer whose assertions authenticate it, instead of a key of its own',
    setBy: 'operator',
    example: 'https://kubernetes.example.com',
  },
  eyrie_federated_subject: {
    kind: 'text',
    maxLength: 1_024,
    default: null,
    meaning: 'The claim sub of these assertions',
    setBy: 'operator',
    example: 'system:serviceaccount:shop:worker',
  },
  jwks: {
    kind: 'keySet',
    default: null,
    meaning: 'Its public keys, a JWK Set',
    spec: 'RFC 7591 §2, RFC 7517 §5',
  },
  jwks_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'URL of its public keys, instead of jwks; https, at a public address',
    spec: 'RFC 7591 §2',
  },
} as const satisfies ClientMembers;
