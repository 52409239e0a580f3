import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { DeliveriesStore, logoutDeliveryKind } from '../persistence/stores/deliveries.store.js';

/** Retries back-channel logout requests, for clients that could not be reached before. */
@Injectable()
export class LogoutDeliveryRetry {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly changes: Changes,
  ) {}

  /**
   * Makes the delivery due now: it is sent when the queue is read next.
   * @throws NotFoundException
   * @throws ConflictException if it was delivered already
   */
  async retry(id: string, actor: Originator): Promise<Delivery> {
    const { clientId, userId } = await this.require(id);
    const queued = await this.changes.change(
      { event: 'logout_delivery.retried', actor, clientId, userId, detail: { id } },
      (tx, now) => this.deliveries.retry(tx, id, now),
    );
    if (!queued) throw new ConflictException(`${clientId} was notified already`);
    return this.require(id);
  }

  private async require(id: string): Promise<Delivery> {
    const delivery = await this.deliveries.find(id);
    if (delivery?.kind !== logoutDeliveryKind)
      throw new NotFoundException(`there is no logout delivery ${id}`);
    return delivery;
  }
}
