import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { DeliveriesStore, logoutDeliveryKind } from '../persistence/stores/deliveries.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { toPageDto } from '../resource/paging.dto.js';
import {
  LogoutDeliveriesPageDto,
  LogoutDeliveriesQuery,
  LogoutDeliveryDto,
  toLogoutDeliveryDto,
} from './logout-deliveries.dto.js';
import { LogoutDeliveryRetry } from './logout-delivery-retry.js';

/** Which clients were told of the end of a session, and which are still to be. For administrators and service clients. */
@ApiTags('Logout deliveries')
@Controller(`${endpoints.admin}/logout-deliveries`)
export class LogoutDeliveriesAdminController {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly retrial: LogoutDeliveryRetry,
  ) {}

  @Get()
  @AdminRead({
    summary: 'List logout deliveries, oldest first',
    description: 'They are kept for a week (OIDC Back-Channel Logout).',
    returns: LogoutDeliveriesPageDto,
  })
  async listLogoutDeliveries(@Query() query: LogoutDeliveriesQuery): Promise<LogoutDeliveriesPageDto> {
    const { client_id: clientId, user_id: userId, state, after, limit } = query;
    const page = await this.deliveries.list(
      { kind: logoutDeliveryKind, clientId, userId, state },
      { after, limit },
    );
    return toPageDto(page, toLogoutDeliveryDto);
  }

  @Post(':delivery_id/retry')
  @AdminWrite({
    summary: 'Try a delivery again now',
    description:
      'Also one that was given up; it then has this one attempt. One that was delivered is a conflict.',
    returns: LogoutDeliveryDto,
    refuses: [404, 409],
  })
  async retryLogoutDelivery(
    @Param('delivery_id') id: string,
    @Actor() actor: string,
  ): Promise<LogoutDeliveryDto> {
    return toLogoutDeliveryDto(await this.retrial.retry(id, actor));
  }
}
