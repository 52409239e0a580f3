import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { Metrics } from './metrics.js';

@Global()
@Module({
  providers: [
    {
      provide: Metrics,
      inject: [SETTINGS, AuditStore],
      useFactory: async ({ metrics }: Settings, audit: AuditStore) =>
        metrics ? Metrics.on(audit) : Metrics.off(),
    },
  ],
  exports: [Metrics],
})
export class TelemetryModule {}
