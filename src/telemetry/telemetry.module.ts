import { Global, Module } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UpkeepStore } from '../persistence/stores/upkeep.store.js';
import { Metrics } from './metrics.js';

@Global()
@Module({
  providers: [
    {
      provide: Metrics,
      inject: [SETTINGS, Changes, ExplainedErrors, UpkeepStore, Clock],
      useFactory: async (
        { metrics }: Settings,
        changes: Changes,
        errors: ExplainedErrors,
        upkeep: UpkeepStore,
        clock: Clock,
      ) => (metrics ? Metrics.on(changes, errors, () => upkeep.lag(clock.now())) : Metrics.off()),
    },
  ],
  exports: [Metrics],
})
export class TelemetryModule {}
