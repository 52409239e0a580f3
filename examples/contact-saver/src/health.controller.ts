import { BearerHealth, Public } from '@eyrie/guard';
import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';

/** For probes; anybody may ask. Without the issuer's keys no request with a token would get through: then it answers 503. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly bearer: BearerHealth,
  ) {}

  @Public()
  @HealthCheck()
  @Get()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.bearer.check()]);
  }
}
