import { assertionAlgorithms, type AssertionMethod } from '../client-assertion.js';
import type { MetadataProblem } from '../metadata-problem.js';
import { holdsCertificates, jwksProblem } from '../public-jwks.js';
import type { ClientMetadata } from './members.js';

/** The violations of the client's keys on their own, and of its authentication by them. */
export function keyProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { jwks, jwks_uri, token_endpoint_auth_method: method } = metadata;
  const problems: MetadataProblem[] = [];
  // "The jwks_uri and jwks parameters MUST NOT both be present in the same request or response." (RFC 7591 §2)
  if (jwks && jwks_uri) problems.push({ field: 'jwks', reason: 'cannot stand beside jwks_uri' });
  const problem = jwks ? jwksProblem(jwks) : undefined;
  if (problem !== undefined) problems.push({ field: 'jwks', reason: problem });
  if (method === 'private_key_jwt' && !jwks && !jwks_uri && !metadata.eyrie_federated_issuer)
    problems.push({ field: 'jwks', reason: 'or jwks_uri is required with private_key_jwt' });
  // RFC 8705 §2.2.2: the certificates are conveyed by x5c.
  if (method === 'self_signed_tls_client_auth' && !jwks_uri && (!jwks || !holdsCertificates(jwks)))
    problems.push({
      field: 'jwks',
      reason: `with a certificate in x5c, or jwks_uri, is required with ${method}`,
    });
  return problems;
}

/** A trusted issuer vouches for a client under one name, and only where it authenticates by assertions. */
export function federationProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { eyrie_federated_issuer: issuer, eyrie_federated_subject: subject } = metadata;
  if (!issuer && !subject) return [];
  const problems: MetadataProblem[] = [];
  if (!issuer)
    problems.push({ field: 'eyrie_federated_issuer', reason: 'is required with eyrie_federated_subject' });
  if (!subject)
    problems.push({ field: 'eyrie_federated_subject', reason: 'is required with eyrie_federated_issuer' });
  if (metadata.token_endpoint_auth_method !== 'private_key_jwt')
    problems.push({
      field: 'token_endpoint_auth_method',
      reason: 'is private_key_jwt with eyrie_federated_issuer',
    });
  return problems;
}

/** RFC 9101 §10.2: only a key that the client registered proves that a request is its own. */
export function keyUseProblems(metadata: ClientMetadata): MetadataProblem[] {
  if (metadata.jwks || metadata.jwks_uri) return [];
  const fields = [
    'request_object_signing_alg',
    'backchannel_authentication_request_signing_alg',
    'require_signed_request_object',
    'request_uris',
  ] as const;
  return fields
    .filter((field) => (field === 'request_uris' ? metadata.request_uris?.length : metadata[field]))
    .map((field) => ({ field, reason: 'needs jwks or jwks_uri' }));
}

/** An algorithm of assertions fits the method (OIDC Core §9). */
export function assertionAlgorithmProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg } = metadata;
  const fitting: readonly string[] | undefined = assertionAlgorithms[method as AssertionMethod];
  if (!alg || !fitting || fitting.includes(alg)) return [];
  return [
    {
      field: 'token_endpoint_auth_signing_alg',
      reason: `with ${method} is one of ${fitting.join(', ')}`,
    },
  ];
}
