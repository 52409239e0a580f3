import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { Browser } from './browser.js';
import { ClientCertificates } from './client-certificates.js';
import { Cookies } from './cookies.js';
import { ErrorFilter } from './error.filter.js';
import { FormGuard } from './form.guard.js';
import { HealthController } from './health.controller.js';
import { Outbound } from './outbound.js';
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
    Outbound,
    Refusals,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [Browser, ClientCertificates, Cookies, FormGuard, Outbound, Refusals],
})
export class HttpModule {}
