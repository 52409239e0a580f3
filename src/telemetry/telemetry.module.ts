import { Global, Module } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Metrics } from './metrics.js';

@Global()
@Module({
  providers: [
    {
      provide: Metrics,
      inject: [SETTINGS, Changes],
      useFactory: async ({ metrics }: Settings, changes: Changes) =>
        metrics ? Metrics.on(changes) : Metrics.off(),
    },
  ],
  exports: [Metrics],
})
export class TelemetryModule {}
