import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { Secrets } from '../../crypto/secrets.js';
import { NetworkLimits } from '../../http/network-limits.js';
import { Database } from '../../persistence/database.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';
import { usernameKey } from '../../persistence/stores/users.store.js';

export const recoveryDeliveryKind = 'password_recovery';

/** What somebody typed, and from where; sealed, since it may be anything. */
export interface RecoveryRequest {
  readonly name: string;
  readonly address: string;
}

const windowSeconds = 3_600;

/**
 * Takes requests for a new password. Whether there is such an account is looked up later, when the queue is worked off: until then
 * every request takes the same steps.
 */
@Injectable()
export class RecoveryRequests {
  constructor(
    private readonly limits: NetworkLimits,
    private readonly throttles: ThrottlesStore,
    private readonly deliveries: DeliveriesStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Queues a request.
   * @returns the seconds to wait if there were too many for this name, or from this network; otherwise undefined
   */
  async take(request: RecoveryRequest): Promise<number | undefined> {
    const closed = await this.throttled(request);
    if (closed !== undefined) return closed;
    const contentSealed = await this.secrets.seal('delivery', request);
    const now = this.clock.now();
    await this.database.write((tx) =>
      this.deliveries.queue(tx, { kind: recoveryDeliveryKind, contentSealed }, now),
    );
    return undefined;
  }

  private async throttled({ name, address }: RecoveryRequest): Promise<number | undefined> {
    const { perAccount, perNetwork } = this.settings.mail;
    const limit = { name: 'password recovery', maxCount: perNetwork, windowSeconds, isRecorded: true };
    const closed = await this.limits.count(limit, address);
    if (closed !== undefined) return closed;
    const now = this.clock.now();
    const key = lookupHash(`password recovery ${usernameKey(name)}`);
    const { attempts, endsAt } = await this.throttles.count(key, now, windowSeconds);
    return attempts > perAccount ? endsAt - now : undefined;
  }
}
