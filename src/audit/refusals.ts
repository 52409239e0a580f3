import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Refusal } from '../persistence/entities/refusal.entity.js';
import { RefusalsStore } from '../persistence/stores/refusals.store.js';

/** Why a request was refused. */
export interface Refused {
  readonly code: string;
  /** What the other side is told. */
  readonly description: string;
  /** What was expected and what came: for the log and the administrator. */
  readonly detail?: string | undefined;
}

/** Answers that belong to the ordinary course of things: without a detail nobody has to explain them. */
const ordinary: ReadonlySet<string> = new Set([
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

/** Refusals that one process keeps in a minute: a flood of them is told by the log, and does not fill the disk. */
const mostPerMinute = 60;
/** Milliseconds in which refusals gather before they are written together. */
const gathering = 1_000;
/** Characters of a text that are kept. */
const longestText = 1_000;

/** Remembers why requests were refused, so that an administrator can look it up by the reference that the other side got. */
@Injectable()
export class Refusals implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Refused');
  private pending: Refusal[] = [];
  private timer: NodeJS.Timeout | undefined;
  private minute = 0;
  private inMinute = 0;

  constructor(
    private readonly store: RefusalsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Logs a refusal and has it written soon, without making its answer wait.
   * @param clientId the client that the request names, proven or not
   * @returns the reference to tell the other side; undefined where there is nothing to explain
   */
  note(
    request: FastifyRequest,
    { code, description, detail }: Refused,
    clientId: string | undefined,
  ): string | undefined {
    if (detail === undefined && ordinary.has(code)) return undefined;
    const reference = request.id;
    const told = detail === undefined ? null : withoutSecrets(detail);
    this.logger.log(`${code} [${reference}]: ${told ?? description}`);
    const at = this.clock.now();
    if (this.hasRoom(at)) {
      const path = request.raw.url?.split('?', 1)[0] ?? '';
      this.pending.push({
        reference,
        at,
        endpoint: withoutSecrets(`${request.method} ${path}`).slice(0, 255),
        code: code.slice(0, 64),
        description: withoutSecrets(description),
        detail: told,
        clientId: clientId ?? null,
        expiresAt: at + this.settings.explainTtl,
      });
      this.timer ??= setTimeout(() => void this.flush(), gathering).unref();
    }
    return reference;
  }

  /** What is known of a reference, until its time is over. */
  async explain(reference: string): Promise<Refusal | null> {
    await this.flush();
    return this.store.find(reference, this.clock.now());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const refusals = this.pending.splice(0);
    if (refusals.length === 0) return;
    try {
      await this.store.keep(refusals);
    } catch (error) {
      this.logger.warn(`${refusals.length} refusals were not kept: ${(error as Error).message}`);
    }
  }

  private hasRoom(at: number): boolean {
    if (this.settings.explainTtl === 0) return false;
    const minute = Math.floor(at / 60);
    if (minute !== this.minute) [this.minute, this.inMinute] = [minute, 0];
    return ++this.inMinute <= mostPerMinute;
  }
}

/** A text of bounded length, without what looks like a token, a code or a secret of ours, or credentials in a URL. */
function withoutSecrets(text: string): string {
  return text
    .slice(0, longestText)
    .replace(/[\w.~+/-]*[\w-]{40,}[\w.~+/=-]*/g, '[left out]')
    .replace(/\/\/[^/@\s]*@/g, '//[left out]@');
}
