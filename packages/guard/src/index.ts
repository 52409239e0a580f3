export type { AccessToken } from './access-token.js';
export { BearerHealth, type BearerHealthResult } from './bearer-health.js';
export { BearerGuard, type BearerRequest } from './bearer.guard.js';
export {
  type BearerAsyncOptions,
  type BearerFactory,
  BearerModule,
  type BearerModuleScope,
  type BearerVerifierAsyncOptions,
  type BearerVerifierOptions,
  type BearerVerifierSettings,
} from './bearer.module.js';
export type {
  BearerOptions,
  DpopOptions,
  IntrospectionOptions,
  IssuerOptions,
  KeyOptions,
  NonceOptions,
  RevocationOptions,
  VerificationOptions,
} from './bearer-options.js';
export type { CarrierRequest } from './credentials.js';
export type { Finding } from './finding.js';
export type { CertificateHeader, CertificateReader } from './proof/certificate.js';
export { InvalidProof, type Proof, type ProofRules, readProof } from './proof/dpop-proof.js';
export type { NonceSource } from './proof/nonces.js';
export type { ReplayStore } from './proof/replays.js';
export type { ProofTarget } from './proof/target.js';
export type { BearerFeatureOptions } from './protection-parts.js';
export type { RefusalExceptions } from './protection.js';
export { BearerError, type BearerErrorCode } from './refusal/bearer-error.js';
export type { ResourceMetadataOptions } from './resource-metadata.js';
export { AllowFormToken } from './route/form-token.js';
export { Public } from './route/public.decorator.js';
export { RequireAcr } from './route/require-acr.decorator.js';
export { type ExpectedClaims, RequireClaims } from './route/require-claims.decorator.js';
export { RequireAnyScope, RequireScopes } from './route/require-scopes.decorator.js';
export type { ScopeMapping } from './scope-mapping.js';
export { type RouteScopes, type ScopeManifest, scopesOf, type ScopesOfOptions } from './scopes-of.js';
export { Subject, Token } from './token.decorator.js';
export {
  InvalidToken,
  type InvalidTokenOptions,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from './token-verifier.js';
