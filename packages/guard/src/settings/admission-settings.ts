import { types } from 'node:util';
import type { TokensElsewhere } from '../request/credentials.js';
import type { TokenValidator, UserResolver } from '../request/service-rules.js';
import { tokensElsewhere } from '../request/token-elsewhere.js';
import type { BearerOptions } from './bearer-options.js';
import { check, isText } from './checks.js';

/** The service's own rules about tokens, for every verifier. */
export type AdmissionOptions = Pick<BearerOptions, 'tokenFrom' | 'validators' | 'user'>;

/** {@link AdmissionOptions} checked. */
export interface AdmissionSettings {
  /** Finds tokens elsewhere than in the Authorization header; absent if there is no such place. */
  readonly elsewhere?: TokensElsewhere;
  readonly validators: readonly TokenValidator[];
  readonly user?: UserResolver;
}

// RFC 6265 §4.1.1: the name of a cookie is a token.
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** @throws {TypeError} naming the wrong option */
export function admissionSettings({ tokenFrom, validators = [], user }: AdmissionOptions): AdmissionSettings {
  check(!types.isAsyncFunction(tokenFrom), 'tokenFrom', 'must return the token, not a promise');
  const hasName =
    typeof tokenFrom !== 'object' || (isText(tokenFrom.cookie) && COOKIE_NAME.test(tokenFrom.cookie));
  check(hasName, 'tokenFrom.cookie', 'must be the name of a cookie');
  const isList = Array.isArray(validators) && validators.every((one) => typeof one === 'function');
  check(isList, 'validators', 'must be a list of functions');
  check(user === undefined || typeof user === 'function', 'user', 'must be a function');
  return {
    validators,
    ...(tokenFrom && { elsewhere: tokensElsewhere(tokenFrom) }),
    ...(user && { user }),
  };
}
