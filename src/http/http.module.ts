import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AnonymousRequests } from './anonymous-requests.js';
import { Browser } from './browser.js';
import { Cookies } from './cookies.js';
import { Draining } from './draining.js';
import { ErrorFilter } from './error.filter.js';
import { FormGuard } from './form.guard.js';
import { HealthController } from './health.controller.js';
import { HealthDetails } from './health-details.js';
import { Languages } from './languages.js';
import { NetworkLimits } from './network-limits.js';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    AnonymousRequests,
    Browser,
    Cookies,
    Draining,
    HealthDetails,
    FormGuard,
    Languages,
    NetworkLimits,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [AnonymousRequests, Browser, Cookies, FormGuard, HealthDetails, Languages, NetworkLimits],
})
export class HttpModule {}
