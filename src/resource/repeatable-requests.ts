import { createHash } from 'node:crypto';
import {
  ConflictException,
  HttpException,
  Injectable,
  Logger,
  UnprocessableEntityException,
} from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { newId } from '../persistence/id.js';
import { IdempotencyKeysStore, type KeyState } from '../persistence/stores/idempotency-keys.store.js';

/** A request under a key, as a caller repeats it. */
export interface RepeatableRequest {
  readonly caller: string;
  readonly key: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: unknown;
}

/** What a request was answered with. */
export interface KeptAnswer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is sealed in a row. An answer that is too large is not kept. */
interface SealedState {
  readonly fingerprint: string;
  readonly answer?: KeptAnswer;
}

const keptSeconds = 86_400;
/** A request takes a fraction of it. After it, the process that answered is believed to have ended. */
const maxPendingSeconds = 120;
/** MySQL's TEXT holds 65,535 bytes. */
const maxSealedLength = 60_000;

export const keyUnderWay = 'a request with this Idempotency-Key is under way: try again in a few seconds';
const outcomeUnknown =
  'it is not known how the request with this Idempotency-Key ended: look for what it creates, then use a new key';
export const keyOfAnother = 'another request was made with this Idempotency-Key: use a new key';
const answerTooLarge =
  'the request with this Idempotency-Key was carried out, and its response was too large to be kept: read what it created';

/**
 * Carries requests out once for each caller and key (draft-ietf-httpapi-idempotency-key-header-07 §2). A success is kept for a day,
 * sealed, as it may hold a secret. A refusal is not: such a request has created nothing, and a repeated one is tried again. Where nobody knows
 * how a request ended, it is not tried again under its key.
 */
@Injectable()
export class RepeatableRequests {
  private readonly logger = new Logger(RepeatableRequests.name);

  constructor(
    private readonly keys: IdempotencyKeysStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs the request, or returns the answer it had before.
   * @throws ConflictException while the same request is under way
   * @throws UnprocessableEntityException if the key belongs to another request
   */
  async answerOnce(request: RepeatableRequest, run: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const keyHash = lookupHash(JSON.stringify([request.caller, request.key]));
    const fingerprint = fingerprintOf(request);
    const runId = newId();
    const kept = await this.beginOrFind(keyHash, runId, fingerprint);
    if (kept) return kept;
    let answer: KeptAnswer;
    try {
      answer = await run();
    } catch (error) {
      // Of another failure nobody knows whether it came before or after the commit.
      if (error instanceof HttpException && error.getStatus() < 500) await this.keys.abandon(keyHash, runId);
      throw error;
    }
    await this.keep(keyHash, runId, { fingerprint, answer });
    return answer;
  }

  /** Its caller has the answer, whether it can be kept or not. */
  private async keep(keyHash: string, runId: string, state: SealedState): Promise<void> {
    try {
      const sealed = await this.seal(state);
      const isKept = sealed.length <= maxSealedLength;
      await this.keys.complete(
        keyHash,
        runId,
        isKept ? sealed : await this.seal({ fingerprint: state.fingerprint }),
      );
    } catch (error) {
      this.logger.warn(
        `the answer to a request with an Idempotency-Key was not kept: ${(error as Error).message}`,
      );
    }
  }

  /** @returns the answer of an earlier run; undefined if the run has begun */
  private async beginOrFind(
    keyHash: string,
    runId: string,
    fingerprint: string,
  ): Promise<KeptAnswer | undefined> {
    const now = this.clock.now();
    const begun = {
      keyHash,
      runId,
      stateSealed: await this.seal({ fingerprint }),
      pendingUntil: now + maxPendingSeconds,
      expiresAt: now + keptSeconds,
    };
    if (await this.keys.begin(begun)) return undefined;
    const row = await this.keys.find(keyHash);
    if (!row) throw new ConflictException(keyUnderWay);
    const former = row.expiresAt > now ? await this.unseal(row) : undefined;
    if (former && former.fingerprint !== fingerprint) throw new UnprocessableEntityException(keyOfAnother);
    if (former?.answer) return former.answer;
    if (former && row.pendingUntil === null) throw new ConflictException(answerTooLarge);
    if (former && row.pendingUntil !== null)
      throw new ConflictException(row.pendingUntil > now ? keyUnderWay : outcomeUnknown);
    if (!(await this.keys.replace(row.runId, begun))) throw new ConflictException(keyUnderWay);
    return undefined;
  }

  private seal(state: SealedState): Promise<string> {
    return this.secrets.seal('repeatable-request', state);
  }

  private async unseal({ stateSealed }: KeyState): Promise<SealedState | undefined> {
    return (await this.secrets.unseal('repeatable-request', stateSealed)) as SealedState | undefined;
  }
}

/** The body may hold a password, so this is stored sealed only. */
const fingerprintOf = ({ method, url, body }: RepeatableRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('base64url');
