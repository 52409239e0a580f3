import { Global, Module } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { UpkeepStore } from '../persistence/stores/upkeep.store.js';
import { Metrics } from './metrics.js';

@Global()
@Module({
  providers: [
    {
      provide: Metrics,
      inject: [SETTINGS, Changes, ExplainedErrors, UpkeepStore, Clock, Database],
      useFactory: async (
        { metrics }: Settings,
        changes: Changes,
        errors: ExplainedErrors,
        upkeep: UpkeepStore,
        clock: Clock,
        database: Database,
      ) =>
        metrics
          ? Metrics.on(changes, errors, {
              lag: () => upkeep.lag(clock.now()),
              pool: () => database.poolUse(),
            })
          : Metrics.off(),
    },
  ],
  exports: [Metrics],
})
export class TelemetryModule {}
