export { interceptFetch } from './answering.js';
export { BearerTestingModule, type BearerTestingOptions } from './bearer-testing.module.js';
export type { DpopKey, ProvenRequest } from './dpop-key.js';
export { TestIssuer, type TestIssuerOptions } from './test-issuer.js';
export type { TestToken } from './test-token.js';
