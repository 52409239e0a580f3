import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import { Clock } from '../../config/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { Outbound } from '../../outbound/outbound.js';
import type { BackchannelRequest } from '../../persistence/entities/backchannel-request.entity.js';
import type { Delivery } from '../../persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import type { DeliveryHandler, DeliveryProblem } from '../../queue/delivery-handler.js';
import { DeliveryQueue } from '../../queue/delivery-queue.js';

/** What a ping consists of. */
interface Ping {
  readonly authReqId: string;
  readonly notificationToken: string;
}

/** Notifies clients that a person has decided (CIBA Core §10.2). What the decision is, they learn at the token endpoint. */
@Injectable()
export class BackchannelPing implements DeliveryHandler, OnModuleInit {
  readonly kind = 'backchannel_ping';
  readonly retryDelaysSeconds = [5, 15, 30, 60, 120, 300, 600];

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly deliveries: DeliveriesStore,
    private readonly clients: ClientDirectory,
    private readonly outbound: Outbound,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  /** Queues the ping of a request in the transaction of the decision, if its client gets one. */
  async notify(
    tx: Transaction,
    { id, clientId, userId, pingSealed, expiresAt }: BackchannelRequest,
    now: number,
  ): Promise<void> {
    if (pingSealed === null) return;
    const payload = { request: id, expiresAt };
    await this.deliveries.queue(
      tx,
      { kind: this.kind, clientId, userId, payload, contentSealed: pingSealed },
      now,
    );
  }

  describe({ clientId }: Delivery): string {
    return `the ping to ${clientId}`;
  }

  async deliver({ clientId, payload, contentSealed }: Delivery): Promise<DeliveryProblem | undefined> {
    if (Number(payload?.['expiresAt']) <= this.clock.now())
      return { reason: 'its request has expired', final: true };
    const client = clientId === null ? undefined : await this.clients.find(clientId);
    const { backchannelTokenDeliveryMode: mode, backchannelClientNotificationEndpoint: uri } =
      client?.metadata ?? {};
    const ping =
      contentSealed === null
        ? undefined
        : ((await this.secrets.unseal('delivery', contentSealed)) as Ping | undefined);
    if (mode !== 'ping' || !uri || !ping) return { reason: 'the client gets no pings any more', final: true };
    const { status } = await this.outbound.fetch(uri, {
      json: { auth_req_id: ping.authReqId },
      authorization: `Bearer ${ping.notificationToken}`,
    });
    // §10.2: "The Client SHOULD return an HTTP 204 No Content", and 200 is accepted; a redirection is not followed.
    return status === 200 || status === 204 ? undefined : { reason: `it answered ${status}`, final: false };
  }
}
