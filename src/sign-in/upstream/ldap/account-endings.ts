import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { DirectorySyncStore, type SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';
import { UserAccounts } from '../../../users/user-accounts.js';
import type { LoadedUpstream } from '../definition.js';
import { OtherEntries } from './other-entries.js';
import type { SyncedChange } from './sync-report.js';
import type { EndReason } from './sync-verdict.js';

/** Disables accounts whose entry has ended in the directory, and enables them when it is back. */
@Injectable()
export class AccountEndings {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly store: DirectorySyncStore,
    private readonly others: OtherEntries,
  ) {}

  /**
   * Disables the account, which ends its sessions and grants, unless another entry of the same user lets them in. The last administrator
   * stays.
   */
  async end(
    upstream: LoadedUpstream,
    identity: SyncedIdentity,
    reason: EndReason,
    isTrial: boolean,
  ): Promise<SyncedChange[]> {
    const { userId, username } = identity;
    if ((await this.others.activeOf(upstream, identity)).length > 0) return [];
    if (isTrial) return [{ username, change: 'disabled', reason }];
    let isOpen = true;
    try {
      await this.accounts.update(userId, { disabled: true }, `upstream:${upstream.alias}`, {
        check: ({ disabledAt }) => {
          isOpen = disabledAt === null;
          if (!isOpen) throw new ConflictException('the user was disabled meanwhile');
        },
        also: async (tx, now) => {
          if (!(await this.store.markDisabled(tx, upstream.id, userId, now))) {
            isOpen = false;
            throw new ConflictException('the user was unlinked meanwhile');
          }
          return true;
        },
      });
      return [{ username, change: 'disabled', reason }];
    } catch (error) {
      if (error instanceof NotFoundException) return [];
      if (!(error instanceof ConflictException)) throw error;
      return isOpen ? [{ username, change: 'kept', reason: 'last_administrator' }] : [];
    }
  }

  /** Enables an account that the directory had disabled, unless somebody here has changed that meanwhile. */
  async undo(
    upstream: LoadedUpstream,
    { userId, username, disabledUserAt }: SyncedIdentity,
    isTrial: boolean,
  ): Promise<SyncedChange[]> {
    if (isTrial) return [{ username, change: 'enabled' }];
    try {
      await this.accounts.update(userId, { disabled: false }, `upstream:${upstream.alias}`, {
        check: ({ disabledAt }) => {
          if (disabledAt !== disabledUserAt) throw new ConflictException('the user was changed meanwhile');
        },
        also: async (tx) => {
          await this.store.markDisabled(tx, upstream.id, userId, null);
          return true;
        },
      });
      return [{ username, change: 'enabled' }];
    } catch (error) {
      if (error instanceof ConflictException || error instanceof NotFoundException) return [];
      throw error;
    }
  }
}
