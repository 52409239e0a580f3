import type { Delivery } from '../persistence/entities/delivery.entity.js';

/** Why something could not be delivered. */
export interface DeliveryProblem {
  readonly reason: string;
  /** Whether another attempt would be of no use. */
  readonly final: boolean;
}

/** Delivers one kind of entry of the queue: one class, which registers itself with the {@link DeliveryQueue}. */
export interface DeliveryHandler {
  readonly kind: string;
  /** Seconds from each failed attempt to the next; after the last one the delivery is given up. */
  readonly retryDelaysSeconds: readonly number[];
  /** A few words for the log: "the logout request to message-writer". */
  describe(delivery: Delivery): string;
  /** @returns undefined if it was delivered; what it throws counts as a problem that may pass */
  deliver(delivery: Delivery): Promise<DeliveryProblem | undefined>;
}
