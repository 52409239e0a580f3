import { Global, Module } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { forwardCursor } from '../audit/forwarding/audit-forwarding.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { AuditCursorsStore } from '../persistence/stores/audit-cursors.store.js';
import { UpkeepStore } from '../persistence/stores/upkeep.store.js';
import { Metrics } from './metrics.js';

@Global()
@Module({
  providers: [
    {
      provide: Metrics,
      inject: [SETTINGS, Changes, ExplainedErrors, UpkeepStore, AuditCursorsStore, Clock, Database],
      useFactory: async (
        { metrics, auditForward }: Settings,
        changes: Changes,
        errors: ExplainedErrors,
        upkeep: UpkeepStore,
        cursors: AuditCursorsStore,
        clock: Clock,
        database: Database,
      ) =>
        metrics
          ? Metrics.on(changes, errors, {
              lag: async () => ({
                ...(await upkeep.lag(clock.now())),
                ...(auditForward && { audit_forward: await forwardLag(cursors, clock.now()) }),
              }),
              pool: () => database.poolUse(),
            })
          : Metrics.off(),
    },
  ],
  exports: [Metrics],
})
export class TelemetryModule {}

async function forwardLag(cursors: AuditCursorsStore, now: number): Promise<number> {
  const oldest = await cursors.oldestWaiting(forwardCursor);
  return oldest === undefined ? 0 : Math.max(0, now - oldest);
}
