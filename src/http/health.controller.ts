import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { endpoints } from '../config/endpoints.js';
import { Database } from '../persistence/database.js';

/** Health probes. They need no authentication. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  @Get(endpoints.live)
  @ApiOperation({ summary: 'Whether the process responds' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get(endpoints.ready)
  @HealthCheck()
  @ApiOperation({ summary: 'Whether the service can serve requests: the database responds' })
  async ready(): Promise<HealthCheckResult> {
    const indicator = this.indicators.check('database');
    return this.health.check([
      async () => {
        try {
          await this.database.ping();
          return indicator.up();
        } catch {
          return indicator.down('does not answer');
        }
      },
    ]);
  }
}
