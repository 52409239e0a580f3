import { BearerHealth, Public } from '@eyrie/guard';
import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';

/** The health probe, without authentication. It answers 503 while tokens cannot be verified. */
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
