import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Database } from '../persistence/database.js';
import type { LogoutDelivery } from '../persistence/entities/logout-delivery.entity.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { LogoutDeliveriesStore } from '../persistence/stores/logout-deliveries.store.js';

/** Has a client told of a logout again, once it is in order. */
@Injectable()
export class LogoutDeliveryRetry {
  constructor(
    private readonly deliveries: LogoutDeliveriesStore,
    private readonly audit: AuditStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the delivery due now; it goes out with the next look at the queue.
   * @throws NotFoundException
   * @throws ConflictException when it was delivered already
   */
  async retry(id: string, actor: string): Promise<LogoutDelivery> {
    const { clientId, userId } = await this.require(id);
    const now = this.clock.now();
    const queued = await this.database.write(async (tx) => {
      if (!(await this.deliveries.retry(tx, id, now))) return false;
      const event = { event: 'logout_delivery.retried', actor, clientId, userId, detail: { id } };
      await this.audit.record(tx, event, now);
      return true;
    });
    if (!queued) throw new ConflictException(`${clientId} was told already`);
    return this.require(id);
  }

  private async require(id: string): Promise<LogoutDelivery> {
    const delivery = await this.deliveries.find(id);
    if (!delivery) throw new NotFoundException(`there is no logout delivery ${id}`);
    return delivery;
  }
}
