import type { AccessToken } from '../token/access-token.js';
import type { CarrierRequest } from './credentials.js';
import { isObject, member } from './members.js';

/** The object on which the guard sets the verified token: the request, or its counterpart in other contexts. */
export interface TokenHolder {
  accessToken?: AccessToken;
  /** What the option `user` has made of the token. */
  user?: unknown;
}

/** A response, on Express and on Fastify. */
export interface HeaderResponse {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** The parts of a call that the guard reads and writes. */
export interface Carrier {
  readonly kind: 'http' | 'graphql' | 'ws' | 'rpc';
  readonly request: CarrierRequest;
  readonly holder: TokenHolder;
  /** The response, if it can have headers. */
  readonly response: HeaderResponse | undefined;
}

/** Whether a value has headers, as requests do. */
export function hasHeaders(value: unknown): value is CarrierRequest & TokenHolder {
  return isObject(member(value, 'headers'));
}
