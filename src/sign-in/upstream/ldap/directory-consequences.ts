import { ConflictException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import { Clock } from '../../../config/clock.js';
import { IdentitiesStore, type WatchedIdentity } from '../../../persistence/stores/identities.store.js';
import { UserAccounts } from '../../../users/user-accounts.js';
import { UserAuthority } from '../../../users/user-authority.js';
import type { LoadedUpstream } from '../definition.js';
import type { Consequence } from './standing.js';

/** A person with what follows for them. */
export interface Finding {
  readonly identity: WatchedIdentity;
  readonly consequence: Consequence;
}

/** The account was disabled, or enabled, by somebody else meanwhile. */
class DecidedOtherwise extends Error {}

/** Carries out what follows for an account from what a directory says. */
@Injectable()
export class DirectoryConsequences {
  private readonly logger = new Logger(DirectoryConsequences.name);

  constructor(
    private readonly identities: IdentitiesStore,
    private readonly accounts: UserAccounts,
    private readonly authority: UserAuthority,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  async follow(upstream: LoadedUpstream, { identity, consequence }: Finding): Promise<void> {
    const { id, userId } = identity;
    const actor = `upstream:${upstream.alias}`;
    switch (consequence.kind) {
      case 'miss':
      case 'found': {
        const missingSince = consequence.kind === 'miss' ? this.clock.now() : null;
        return this.changes.change([], (tx) => this.identities.noteMissing(tx, id, missingSince));
      }
      case 'end':
        return unlessChanged(() => this.end(identity, actor));
      case 'return':
        return unlessChanged(async () => {
          await this.accounts.update(userId, { disabled: false }, actor, {
            check: ({ disabledAt }) => requireState(disabledAt !== null),
            also: async (tx) => {
              await this.identities.noteDisabledUser(tx, id, null);
              await this.identities.noteMissing(tx, id, null);
              return true;
            },
          });
        });
      default:
        return undefined;
    }
  }

  /** The account is disabled, which ends its sessions and grants; the last administrator loses only these. */
  private async end({ id, userId }: WatchedIdentity, actor: string): Promise<void> {
    try {
      await this.accounts.update(userId, { disabled: true }, actor, {
        check: ({ disabledAt }) => requireState(disabledAt === null),
        also: async (tx, now) => {
          await this.identities.noteDisabledUser(tx, id, now);
          return true;
        },
      });
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      this.logger.warn(`the last administrator, user ${userId}, is not disabled: ${error.message}`);
      await this.changes.change([], (tx, now) => this.authority.endAll(tx, userId, 'user_disabled', now));
    }
  }
}

/** @throws DecidedOtherwise */
function requireState(isAsKnown: boolean): void {
  if (!isAsKnown) throw new DecidedOtherwise();
}

async function unlessChanged(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Deleted, or decided otherwise, since it was read: the next look finds what is left to do.
    if (!(error instanceof DecidedOtherwise || error instanceof NotFoundException)) throw error;
  }
}
