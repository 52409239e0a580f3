import { Controller, Get, NotFoundException, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { Metrics } from '../telemetry/metrics.js';
import { MetricsGuard } from './metrics.guard.js';

/** The metrics of this process, in the text format of Prometheus. For operators. */
@ApiExcludeController()
@Controller(endpoints.metrics)
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @UseGuards(MetricsGuard)
  async read(@Res() reply: FastifyReply): Promise<void> {
    const figures = await this.metrics.read();
    if (!figures) throw new NotFoundException();
    noStore(reply);
    reply.type(figures.contentType).send(figures.text);
  }
}
