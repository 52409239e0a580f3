import { ConflictException, Injectable } from '@nestjs/common';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { unknownParent } from './directory-refusals.js';

/** The most groups that stand one above another. */
export const maxGroupDepth = 10;

/** Keeps the groups a tree of limited depth. */
@Injectable()
export class GroupTree {
  constructor(private readonly groups: GroupsStore) {}

  /**
   * Holds everything that decides whether a group may stand below another one: all groups above the new place. Of two changes at the same
   * time that would make a circle together, one waits for the other, or the database rolls it back and it runs again; it then sees the other.
   * @param moved the group that is to stand there, which is held; undefined for a new one
   * @throws BadRequestException if there is no such parent
   * @throws ConflictException if a circle would come of it, or the groups would stand too deep
   */
  async holdPlace(tx: Transaction, parentId: string, moved: string | undefined): Promise<void> {
    let above = 0;
    for (let id: string | null = parentId; id !== null; above++) {
      if (id === moved) throw new ConflictException('a group cannot stand below itself');
      // What stands deeper was made by no change of ours, and is not walked without end.
      if (above >= maxGroupDepth) throw tooDeep();
      const group = await this.groups.hold(tx, id);
      if (!group && id === parentId) throw unknownParent();
      id = group?.parentId ?? null;
    }
    if (above + (await this.heightOf(tx, moved)) > maxGroupDepth) throw tooDeep();
  }

  /** How many groups stand one below another, from this one on. */
  private async heightOf(tx: Transaction, moved: string | undefined): Promise<number> {
    let height = 1;
    let level = moved === undefined ? [] : await this.groups.holdBelow(tx, [moved]);
    for (; level.length > 0 && height <= maxGroupDepth; height++)
      level = await this.groups.holdBelow(tx, level);
    return height;
  }
}

const tooDeep = (): ConflictException =>
  new ConflictException(`groups cannot be nested more than ${maxGroupDepth} levels deep`);
