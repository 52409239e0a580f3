import { Module } from '@nestjs/common';
import { AuditAdminController } from './audit.admin.controller.js';
import { ExplainAdminController } from './explain.admin.controller.js';
import { KeysAdminController } from './keys.admin.controller.js';
import { LogoutDeliveriesAdminController } from './logout-deliveries.admin.controller.js';
import { LogoutDeliveryRetry } from './logout-delivery-retry.js';
import { SignerHealth } from './signer-health.js';

/** The admin API of rooms below `resource`, which cannot import the guard themselves. */
@Module({
  controllers: [
    AuditAdminController,
    ExplainAdminController,
    KeysAdminController,
    LogoutDeliveriesAdminController,
  ],
  providers: [LogoutDeliveryRetry, SignerHealth],
})
export class AdminModule {}
