import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { Clock } from '../config/clock.js';
import { Outbound } from '../outbound/outbound.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { logoutDeliveryKind } from '../persistence/stores/deliveries.store.js';
import type { DeliveryHandler, DeliveryProblem } from '../queue/delivery-handler.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';
import { LogoutTokenMint } from './logout-token.js';

/** Notifies clients that a session has ended (OIDC Back-Channel Logout §2.5). */
@Injectable()
export class BackChannelLogout implements DeliveryHandler, OnModuleInit {
  readonly kind = logoutDeliveryKind;
  readonly retryDelaysSeconds = [5, 30, 120, 600, 1_800, 7_200, 21_600];

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly clients: ClientDirectory,
    private readonly tokenMint: LogoutTokenMint,
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  describe({ clientId }: Delivery): string {
    return `the logout request to ${clientId}`;
  }

  async deliver({ clientId, userId, sessionId }: Delivery): Promise<DeliveryProblem | undefined> {
    const client = clientId === null ? undefined : await this.clients.find(clientId);
    const uri = client?.metadata.backchannelLogoutUri;
    if (!client || !uri || userId === null || sessionId === null)
      return { reason: 'it has no back-channel logout URI any more', final: true };
    const token = await this.tokenMint.mint({ client, userId, sessionId, now: this.clock.now() });
    const { status } = await this.outbound.fetch(uri, { form: new URLSearchParams({ logout_token: token }) });
    // §2.8: "If the logout succeeded, the RP MUST respond with HTTP 200 OK"; some frameworks answer 204.
    return status === 200 || status === 204 ? undefined : { reason: `it answered ${status}`, final: false };
  }
}
