import { createRequire } from 'node:module';
import { type ExecutionContext, Logger } from '@nestjs/common';
import { reasonOf } from '../fetch/reason.js';
import type { BearerError } from '../refusal/bearer-error.js';
import type { AccessToken } from '../token/access-token.js';

/** A request whose token was accepted. */
export interface VerifiedEvent {
  readonly token: AccessToken;
  /** The handler: `ContactsController.list`. */
  readonly route: string;
}

/** A request that was refused. */
export interface RefusedEvent {
  /** With its `code`, its status, and `detail`, which names the failed check and never contains the token. */
  readonly error: BearerError;
  /** The handler: `ContactsController.list`. */
  readonly route: string;
}

/** What the guard tells about its work. */
export interface ObserverOptions {
  /** Called for each accepted request. Its errors are logged, and do not affect the request. */
  onVerified?: (event: VerifiedEvent) => unknown;
  /** Called for each refused request. Its errors are logged, and do not affect the request. */
  onRefused?: (event: RefusedEvent) => unknown;
  /** Counts requests and calls of the issuer with `prom-client`: in its default registry with `true`, or in this registry. */
  metrics?: boolean | object;
}

/** A call of an issuer, by what it asks for. */
export type IssuerCall = 'metadata' | 'keys' | 'introspection';

/** The part of `prom-client` that is used here. */
interface Counter {
  inc(labels: Readonly<Record<string, string>>): void;
}

interface PromClient {
  readonly Counter: new (options: {
    name: string;
    help: string;
    labelNames: string[];
    registers: object[];
  }) => Counter;
  readonly register: { getSingleMetric(name: string): Counter | undefined };
}

const log = new Logger('BearerModule');

/** Passes on what happens: to the callbacks of the service, and to counters. It exists only if the service wants to know. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #requests: Counter | undefined;
  readonly #issuerCalls: Counter | undefined;

  /** @throws {TypeError} if `prom-client` is not installed but needed */
  constructor(options: ObserverOptions) {
    this.#options = options;
    const { metrics } = options;
    if (metrics === undefined || metrics === false) return;
    const client = loadPromClient();
    const registry = metrics === true ? client.register : (metrics as PromClient['register']);
    const counter = (name: string, help: string, labelNames: string[]): Counter =>
      // Several modules of a service, and several services of a test, may share a registry.
      registry.getSingleMetric(name) ?? new client.Counter({ name, help, labelNames, registers: [registry] });
    this.#requests = counter(
      'bearer_requests_total',
      'Guarded requests by result: verified, or the error code',
      ['result'],
    );
    this.#issuerCalls = counter('bearer_issuer_calls_total', 'Calls of issuers by what they ask for', [
      'document',
      'result',
    ]);
  }

  verified(token: AccessToken, context: ExecutionContext): void {
    this.#requests?.inc({ result: 'verified' });
    const { onVerified } = this.#options;
    if (onVerified !== undefined) tell('onVerified', () => onVerified({ token, route: routeName(context) }));
  }

  refused(error: BearerError, context: ExecutionContext): void {
    this.#requests?.inc({ result: error.code });
    const { onRefused } = this.#options;
    if (onRefused !== undefined) tell('onRefused', () => onRefused({ error, route: routeName(context) }));
  }

  called(document: IssuerCall, result: 'ok' | 'failed'): void {
    this.#issuerCalls?.inc({ document, result });
  }
}

/** The handler of a call: `ContactsController.list`. */
export function routeName(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}

function tell(name: string, call: () => unknown): void {
  const failed = (error: unknown): void => log.error(`${name} failed: ${reasonOf(error)}`);
  try {
    Promise.resolve(call()).catch(failed);
  } catch (error) {
    failed(error);
  }
}

function loadPromClient(): PromClient {
  try {
    return createRequire(import.meta.url)('prom-client') as PromClient;
  } catch {
    throw new TypeError('BearerModule: metrics needs the package prom-client');
  }
}
