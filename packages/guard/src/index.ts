export type { AccessToken } from './token/access-token.js';
export type { AuthorizationDetail } from './token/authorization-details.js';
export type { TokenActor } from './token/actor.js';
export { BearerHealth, type BearerHealthResult } from './module/bearer-health.js';
export { BearerGuard, type BearerRequest } from './protection/bearer.guard.js';
export { BearerModule } from './module/bearer.module.js';
export type {
  BearerAsyncOptions,
  BearerFactory,
  BearerFactoryOptions,
  BearerVerifierAsyncOptions,
  BearerVerifierOptions,
  BearerVerifierSettings,
} from './module/bearer-module-options.js';
export type { BearerFactoryScope, BearerModuleScope } from './settings/service-settings.js';
export { Protection } from './protection/protection.js';
export type {
  BearerOptions,
  DpopOptions,
  IntrospectionOptions,
  IssuerResolver,
  IssuerOptions,
  KeyOptions,
  NonceOptions,
  ResolvedIssuer,
  RevocationOptions,
  StaticKeys,
  VerificationOptions,
} from './settings/bearer-options.js';
export type { ObserverOptions, RefusedEvent, VerifiedEvent } from './telemetry/observer.js';
export type { ProfileName } from './profiles/profiles.js';
export type { CarrierRequest } from './request/credentials.js';
export type { TokenCookie, TokenReader, TokenValidator, UserResolver } from './request/service-rules.js';
export type { Finding } from './token/finding.js';
export type { CertificateHeader, CertificateReader } from './proof/certificate.js';
export { InvalidProof, type Proof, type ProofRules, readProof } from './proof/dpop-proof.js';
export type { NonceSource } from './proof/nonces.js';
export type { ReplayStore } from './proof/replays.js';
export type { ProofTarget } from './proof/target.js';
export type { BearerFeatureOptions } from './module/feature-options.js';
export type { RefusalExceptions } from './refusal/refusal-exceptions.js';
export { BearerError, type BearerErrorCode } from './refusal/bearer-error.js';
export type { ResourceMetadataOptions } from './settings/resource-metadata.js';
export { AllowFormToken } from './route/form-token.js';
export { OptionalBearer, type OptionalBearerDecorator } from './decorators/optional-bearer.decorator.js';
export { Public } from './decorators/public.decorator.js';
export { RequireAcr } from './decorators/require-acr.decorator.js';
export {
  type DetailJudge,
  type ExpectedDetail,
  RequireAuthorizationDetails,
} from './decorators/require-authorization-details.decorator.js';
export { type ExpectedClaims, RequireClaims } from './decorators/require-claims.decorator.js';
export { RequireAnyRole, RequireRoles } from './decorators/require-roles.decorator.js';
export { RequireAnyScope, RequireScopes, RequireScopesFor } from './decorators/require-scopes.decorator.js';
export type { NameMapping, RoleMapping, ScopeMapping } from './token/name-mapping.js';
export { type RouteScopes, type ScopeManifest, scopesOf, type ScopesOfOptions } from './module/scopes-of.js';
export { Claim, Subject, Token, User } from './decorators/token-parameters.js';
export {
  InvalidToken,
  type InvalidTokenOptions,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from './token/token-verifier.js';
