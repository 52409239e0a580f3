import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Refusal } from '../persistence/entities/refusal.entity.js';
import { RefusalsStore } from '../persistence/stores/refusals.store.js';
import { type CountedNetwork, ErrorBudget } from './error-budget.js';
import { withoutSecrets } from './without-secrets.js';

/** An error with its explanation. */
export interface ExplainedError {
  readonly code: string;
  /** What the response says. */
  readonly description: string;
  /** What was expected and what was received: for the log and the administrator. */
  readonly detail?: string | undefined;
}

/** A request that ended in an error. */
export interface FailedRequest {
  readonly request: FastifyRequest;
  /** The client_id in the request, which may not be authenticated. */
  readonly clientId: string | undefined;
  /** The networks that it came from, for which it is counted. */
  readonly networks: readonly CountedNetwork[];
}

/** Errors that are part of normal operation: without a detail there is nothing to explain. */
const ordinaryCodes: ReadonlySet<string> = new Set([
  'login_required',
  'consent_required',
  'account_selection_required',
  'interaction_required',
  'access_denied',
  'missing_token',
  'invalid_token',
  'authorization_pending',
  'slow_down',
]);

/** Milliseconds for which errors are collected before they are written together. */
const batchMilliseconds = 1_000;
/** Milliseconds until errors that could not be written are written again. */
const retryMilliseconds = 10_000;
/** Errors that wait for the database. */
const maxPending = 1_000;

/** Keeps why requests ended in errors, so that an administrator can look an error up by the reference in its response. */
@Injectable()
export class ExplainedErrors implements BeforeApplicationShutdown {
  /** Called for each error. */
  onRecorded: ((failed: FailedRequest, error: ExplainedError) => void) | undefined;
  private readonly logger = new Logger('Refused');
  private pending: Refusal[] = [];
  private timer: NodeJS.Timeout | undefined;
  private written: Promise<void> = Promise.resolve();
  private readonly budget = new ErrorBudget();
  private readonly pageBudget = new ErrorBudget();

  constructor(
    private readonly store: RefusalsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Logs an error and writes it soon; the response does not wait for that.
   * @returns the reference for the response; undefined if there is nothing to explain
   */
  record(failed: FailedRequest, error: ExplainedError): string | undefined {
    this.onRecorded?.(failed, error);
    if (error.detail === undefined && ordinaryCodes.has(error.code)) return undefined;
    this.keep(failed, error, this.budget);
    return failed.request.id;
  }

  /**
   * The same for an error that is shown to a person. It always has something to explain, and pages have a budget of their own: requests
   * of programs do not use it up.
   * @returns the reference; undefined if nobody could look it up, since there were too many errors
   */
  recordPage(failed: FailedRequest, error: ExplainedError): string | undefined {
    this.onRecorded?.(failed, error);
    const isKept = this.keep(failed, error, this.pageBudget);
    // Where nothing is kept at all, the operator looks into the log, which has it too.
    return isKept || this.settings.explainTtl === 0 ? failed.request.id : undefined;
  }

  /** The error with this reference; null if there is none or it has expired. */
  async find(reference: string): Promise<Refusal | null> {
    await this.flush();
    return this.store.find(reference, this.clock.now());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Writes what is pending. What is being written already is waited for, so that whoever asks next finds it. */
  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.written = this.written.then(() => this.write());
    return this.written;
  }

  private async write(): Promise<void> {
    const errors = this.pending.splice(0);
    if (errors.length === 0) return;
    try {
      await this.store.keep(errors);
    } catch (error) {
      // They are explained once the database is back.
      this.pending = [...errors, ...this.pending].slice(0, maxPending);
      this.timer ??= setTimeout(() => void this.flush(), retryMilliseconds).unref();
      this.logger.warn(`${errors.length} errors could not be kept yet: ${(error as Error).message}`);
    }
  }

  /** @returns whether it is kept, not only logged */
  private keep(
    { request, clientId, networks }: FailedRequest,
    { code, description, detail }: ExplainedError,
    budget: ErrorBudget,
  ): boolean {
    const reference = request.id;
    const explanation = detail === undefined ? null : withoutSecrets(detail);
    this.logger.log(`${code} [${reference}]: ${explanation ?? description}`);
    const at = this.clock.now();
    if (this.settings.explainTtl === 0 || !budget.take(networks, at)) return false;
    const path = request.raw.url?.split('?', 1)[0] ?? '';
    this.pending.push({
      reference,
      at,
      endpoint: withoutSecrets(`${request.method} ${path}`).slice(0, 255),
      code: code.slice(0, 64),
      description: withoutSecrets(description),
      detail: explanation,
      clientId: clientId ?? null,
      expiresAt: at + this.settings.explainTtl,
    });
    this.timer ??= setTimeout(() => void this.flush(), batchMilliseconds).unref();
    return true;
  }
}
