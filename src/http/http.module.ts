import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { Browser } from './browser.js';
import { ClientCertificates } from './client-certificates.js';
import { Cookies } from './cookies.js';
import { ErrorFilter } from './error.filter.js';
import { FormGuard } from './form.guard.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { HealthController } from './health.controller.js';
import { Metrics } from '../telemetry/metrics.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    Browser,
    ClientCertificates,
    Cookies,
    FormGuard,
    {
      provide: Metrics,
      inject: [SETTINGS, AuditStore],
      useFactory: async ({ metrics }: Settings, audit: AuditStore) =>
        metrics ? Metrics.on(audit) : Metrics.off(),
    },
   
    Refusals,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [Browser, ClientCertificates, Cookies, FormGuard, Metrics, Refusals],
})
export class HttpModule {}
