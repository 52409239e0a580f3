import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { DeliveriesStore, logoutDeliveryKind } from '../persistence/stores/deliveries.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathId } from '../resource/path-parameters.js';
import { toPageDto } from '../resource/paging.dto.js';
import {
  LogoutDeliveriesPageDto,
  LogoutDeliveriesQuery,
  LogoutDeliveryDto,
  toLogoutDeliveryDto,
} from './logout-deliveries.dto.js';
import { LogoutDeliveryRetry } from './logout-delivery-retry.js';

/** Back-channel logout requests: to which clients they were delivered, and which are pending. For administrators and service clients. */
@ApiTags('Logout deliveries')
@Controller(`${endpoints.admin}/logout-deliveries`)
export class LogoutDeliveriesAdminController {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly retrial: LogoutDeliveryRetry,
  ) {}

  @Get()
  @AdminRead('deliveries', {
    summary: 'List logout deliveries, oldest first',
    description: 'Requests of OIDC Back-Channel Logout. They are kept for a week.',
    returns: LogoutDeliveriesPageDto,
  })
  async listLogoutDeliveries(@Query() query: LogoutDeliveriesQuery): Promise<LogoutDeliveriesPageDto> {
    const { client_id: clientId, user_id: userId, state, ...page } = query;
    const filter = { kind: logoutDeliveryKind, clientId, userId, state };
    return toPageDto(await this.deliveries.list(filter, page), toLogoutDeliveryDto);
  }

  @Post(':delivery_id/retry')
  @AdminWrite('deliveries', {
    summary: 'Retry a delivery now',
    description:
      'Also possible after it failed; it then gets one more attempt. A conflict if it was delivered already.',
    returns: LogoutDeliveryDto,
    refuses: {
      404: 'there is no logout delivery 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00',
      409: 'message-writer was notified already',
    },
  })
  async retryLogoutDelivery(
    @PathId('delivery_id') id: string,
    @Actor() actor: Originator,
  ): Promise<LogoutDeliveryDto> {
    return toLogoutDeliveryDto(await this.retrial.retry(id, actor));
  }
}
