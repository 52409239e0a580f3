export type { AccessToken } from './token/access-token.js';
export { BearerHealth, type BearerHealthResult } from './module/bearer-health.js';
export { BearerGuard, type BearerRequest } from './protection/bearer.guard.js';
export {
  type BearerAsyncOptions,
  type BearerFactory,
  BearerModule,
  type BearerModuleScope,
  type BearerVerifierAsyncOptions,
  type BearerVerifierOptions,
  type BearerVerifierSettings,
} from './module/bearer.module.js';
export type {
  BearerOptions,
  DpopOptions,
  IntrospectionOptions,
  IssuerOptions,
  KeyOptions,
  NonceOptions,
  RevocationOptions,
  VerificationOptions,
} from './settings/bearer-options.js';
export type { CarrierRequest } from './request/credentials.js';
export type { Finding } from './token/finding.js';
export type { CertificateHeader, CertificateReader } from './proof/certificate.js';
export { InvalidProof, type Proof, type ProofRules, readProof } from './proof/dpop-proof.js';
export type { NonceSource } from './proof/nonces.js';
export type { ReplayStore } from './proof/replays.js';
export type { ProofTarget } from './proof/target.js';
export type { BearerFeatureOptions } from './module/protection-parts.js';
export type { RefusalExceptions } from './refusal/refusal-exceptions.js';
export { BearerError, type BearerErrorCode } from './refusal/bearer-error.js';
export type { ResourceMetadataOptions } from './settings/resource-metadata.js';
export { AllowFormToken } from './route/form-token.js';
export { Public } from './decorators/public.decorator.js';
export { RequireAcr } from './decorators/require-acr.decorator.js';
export { type ExpectedClaims, RequireClaims } from './decorators/require-claims.decorator.js';
export { RequireAnyScope, RequireScopes } from './decorators/require-scopes.decorator.js';
export type { ScopeMapping } from './token/scope-mapping.js';
export { type RouteScopes, type ScopeManifest, scopesOf, type ScopesOfOptions } from './module/scopes-of.js';
export { Subject, Token } from './decorators/token.decorator.js';
export {
  InvalidToken,
  type InvalidTokenOptions,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from './token/token-verifier.js';
