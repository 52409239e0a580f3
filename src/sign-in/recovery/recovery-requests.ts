import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { LinkLimits } from '../../mail/link-limits.js';
import { Database } from '../../persistence/database.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import { usernameKey } from '../../persistence/stores/users.store.js';

export const recoveryDeliveryKind = 'password_recovery';

/** What somebody typed, and from where; sealed, since it may be anything. */
export interface RecoveryRequest {
  readonly name: string;
  readonly address: string;
  /** The tag of the language of the page. */
  readonly language: string;
}

/**
 * Takes requests for a new password. Whether there is such an account is looked up later, when the queue is worked off: until then
 * every request takes the same steps.
 */
@Injectable()
export class RecoveryRequests {
  constructor(
    private readonly limits: LinkLimits,
    private readonly deliveries: DeliveriesStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Queues a request.
   * @returns the seconds to wait if there were too many for this name, or from this network; otherwise undefined
   */
  async take(request: RecoveryRequest): Promise<number | undefined> {
    const closed = await this.limits.count(`recovery ${usernameKey(request.name)}`, request.address);
    if (closed !== undefined) return closed;
    const contentSealed = await this.secrets.seal('delivery', request);
    const now = this.clock.now();
    await this.database.write((tx) =>
      this.deliveries.queue(tx, { kind: recoveryDeliveryKind, contentSealed }, now),
    );
    return undefined;
  }
}
