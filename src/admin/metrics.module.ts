import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';

/** The metrics endpoint; part of the application only if the settings turn it on. */
@Module({ controllers: [MetricsController] })
export class MetricsModule {}
