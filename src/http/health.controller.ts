import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { endpoints } from '../config/endpoints.js';
import { Readiness } from '../persistence/readiness.js';
import { Draining } from './draining.js';
import { HealthDetails } from './health-details.js';

/** Health probes. They need no authentication. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
    private readonly draining: Draining,
    private readonly details: HealthDetails,
  ) {}

  @Get(endpoints.live)
  @ApiOperation({ summary: 'Whether the process responds' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get(endpoints.ready)
  @HealthCheck()
  @ApiOperation({
    summary:
      'Whether the service can serve requests: the database takes writes, and it has not been asked to stop. If not, 503 with the reason',
  })
  async ready(): Promise<HealthCheckResult> {
    const indicator = this.indicators.check('database');
    const service = this.indicators.check('service');
    const details = this.details.present();
    return this.health.check([
      ...details.map(
        ([name, detail]) =>
          () =>
            this.indicators.check(name).up(detail),
      ),
      () => (this.draining.hasBegun ? service.down('is stopping') : service.up()),
      async () => {
        const problem = await this.readiness.problem();
        return problem === undefined ? indicator.up() : indicator.down(problem);
      },
    ]);
  }
}
