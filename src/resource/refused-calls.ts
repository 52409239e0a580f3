import type { BearerError } from '@eyrie/guard';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Changes } from '../audit/changes.js';
import { Clock } from '../config/clock.js';
import { addressOf, networksOf } from '../http/network.js';
import { callerOf, InProcessVerifier } from './in-process-verifier.js';

const windowSeconds = 900;
/** Recorded calls that are remembered. */
const maxRecorded = 10_000;

/** Keeps in the audit trail who called the admin API without being allowed to. A flood of such calls does not fill it. */
@Injectable()
export class RefusedCalls {
  /** When what was recorded may be recorded again (seconds since the epoch). */
  private readonly recorded = new LRUCache<string, number>({ max: maxRecorded });

  constructor(
    private readonly verifier: InProcessVerifier,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Records a call, once in a window for each caller, error and network, the widest of its address. */
  async record(request: FastifyRequest, refusal: BearerError): Promise<void> {
    const status = refusal.getStatus();
    if (status !== 401 && status !== 403) return;
    const address = addressOf(request);
    // Only of a sufficiently proven token is it known whose it is.
    const caller = status === 403 ? await this.callerOf(request) : undefined;
    const key = JSON.stringify([caller, refusal.code, networksOf(address).at(-1)?.name]);
    const now = this.clock.now();
    if ((this.recorded.get(key) ?? 0) > now) return;
    this.recorded.set(key, now + windowSeconds);
    await this.changes.note({
      event: 'admin.refused',
      actor: { name: caller ?? 'unknown', address },
      detail: { operation: `${request.method} ${request.routeOptions.url}`, error: refusal.code },
    });
  }

  private async callerOf(request: FastifyRequest): Promise<string | undefined> {
    const token = /^(?:Bearer|DPoP) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return token === undefined ? undefined : callerOf(await this.verifier.verify(token));
  }
}
