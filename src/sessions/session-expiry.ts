import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import { Sweeper, type SweepPass } from '../persistence/sweeper.js';
import { SessionEnd } from './session-end.js';

/** The most sessions that one transaction ends. */
const batchSize = 50;

/** The actor in the audit trail. */
const actor = 'eyrie:session-expiry';

/**
 * Ends expired and idle sessions as a sign-out does: it revokes the grants bound to them and notifies their clients (OIDC
 * Back-Channel Logout §2). It runs before each sweep, on the replica that sweeps. So no session is deleted before its clients are
 * notified.
 */
@Injectable()
export class SessionExpiry implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly sessions: SessionsStore,
    private readonly sessionEnd: SessionEnd,
    private readonly changes: Changes,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.sweeper.beforeSweeping((pass) => this.endOverdue(pass));
  }

  private async endOverdue(pass: SweepPass): Promise<void> {
    const { now } = pass;
    const idleSince = now - this.settings.lifetimes.sessionIdle;
    while (!pass.isOver()) {
      const from = performance.now();
      const overdue = await this.sessions.overdue(now, idleSince, batchSize);
      if (overdue.length === 0) break;
      await this.database.write(async (tx) => {
        for (const { id, userId } of overdue) {
          if (!(await this.sessionEnd.endOverdue(tx, { id, userId, now, idleSince }))) continue;
          await this.changes.record(tx, { event: 'session.ended', actor, userId }, now);
        }
      });
      await pass.breathe(performance.now() - from);
    }
  }
}
