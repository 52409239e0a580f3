import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { UsersStore } from '../persistence/stores/users.store.js';
import { Sweeper, type SweepPass } from '../persistence/sweeper.js';
import { AccountDeletions } from './account-deletions.js';

/** The most users that are looked for at once. */
const batchSize = 50;

/** Deletes the accounts whose delay is over. It runs before each sweep, on the replica that sweeps. */
@Injectable()
export class DeletionExpiry implements OnModuleInit {
  private readonly logger = new Logger(DeletionExpiry.name);

  constructor(
    private readonly sweeper: Sweeper,
    private readonly users: UsersStore,
    private readonly deletions: AccountDeletions,
  ) {}

  onModuleInit(): void {
    this.sweeper.beforeSweeping((pass) => this.deleteDue(pass));
  }

  private async deleteDue(pass: SweepPass): Promise<void> {
    let isUnfinished = true;
    while (isUnfinished && !pass.isOver()) {
      const from = performance.now();
      const due = await this.users.dueForDeletion(pass.now, batchSize);
      let deleted = 0;
      for (const id of due) if (!pass.isOver() && (await this.delete(id))) deleted++;
      // Whoever could not be deleted is tried again by the next pass.
      isUnfinished = deleted > 0 && due.length === batchSize;
      if (deleted > 0) await pass.breathe(performance.now() - from);
    }
  }

  /** One account that cannot be deleted keeps no other from it, nor the sweep. */
  private async delete(id: string): Promise<boolean> {
    try {
      return await this.deletions.deleteDue(id);
    } catch (error) {
      this.logger.warn(
        `the account ${id} could not be deleted and is tried again: ${(error as Error).message}`,
      );
      return false;
    }
  }
}
