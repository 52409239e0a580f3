export type { AccessToken } from './access-token.js';
export { BearerError, type BearerErrorCode } from './bearer-error.js';
export { BearerGuard, type BearerRequest } from './bearer.guard.js';
export {
  type BearerAsyncOptions,
  BearerModule,
  type BearerModuleScope,
  type BearerVerifierOptions,
} from './bearer.module.js';
export type { BearerOptions, IntrospectionOptions, KeyOptions } from './bearer-options.js';
export { AllowFormToken } from './form-token.js';
export { RequireScopes } from './require-scopes.decorator.js';
export { Token } from './token.decorator.js';
export {
  InvalidToken,
  type InvalidTokenOptions,
  TokenVerifier,
  VerifierUnavailable,
} from './token-verifier.js';
