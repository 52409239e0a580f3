import type { Delivery } from '../persistence/entities/delivery.entity.js';

/** Why something could not be delivered. */
export interface DeliveryProblem {
  readonly reason: string;
  /** Whether no further attempt is made. */
  readonly final: boolean;
}

/** Says that a part of the work is done, and the entry has its turn again after the others that are due. */
export const unfinished = Symbol('unfinished');

/** Delivers one kind of entry. A handler is one class, which registers itself with the {@link DeliveryQueue}. */
export interface DeliveryHandler {
  readonly kind: string;
  /** Seconds from each failed attempt to the next. After the last one the delivery has failed. */
  readonly retryDelaysSeconds: readonly number[];
  /** Names the delivery in the log, such as "the logout request to message-writer". */
  describe(delivery: Delivery): string;
  /**
   * @param stopping says that the process ends: work of several parts ends after the present one
   * @returns undefined if it was delivered. An error that it throws counts as a problem that is not final.
   */
  deliver(
    delivery: Delivery,
    stopping: AbortSignal,
  ): Promise<DeliveryProblem | typeof unfinished | undefined>;
}
