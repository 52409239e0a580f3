import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { ScimProfile } from '../entities/scim-profile.entity.js';
import { ScimGroupId } from '../entities/scim-group-id.entity.js';
import { ScimUserId } from '../entities/scim-user-id.entity.js';

/** What provisioning clients know of people and groups beside their profiles. The user or group is held while it is written. */
@Injectable()
export class ScimProfilesStore {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<ScimProfile | null> {
    return this.database.read.findOneBy(ScimProfile, { userId });
  }

  /** What provisioning clients call a user. */
  async externalIdsOf(userId: string): Promise<ScimUserId[]> {
    return this.database.read.find(ScimUserId, { where: { userId }, order: { provisioner: 'ASC' } });
  }

  async put(tx: EntityManager, { userId, ...members }: ScimProfile): Promise<void> {
    const { affected } = await tx.update(ScimProfile, { userId }, members as object);
    if (affected === 0 && !(await tx.existsBy(ScimProfile, { userId })))
      await tx.insert(ScimProfile, { userId, ...members } as object);
  }

  /** @param externalId null for none */
  async putUserId(
    tx: EntityManager,
    userId: string,
    provisioner: string,
    externalId: string | null,
  ): Promise<void> {
    await tx.delete(ScimUserId, { userId, provisioner });
    if (externalId !== null) await tx.insert(ScimUserId, { userId, provisioner, externalId });
  }

  /** @param externalId null for none */
  async putGroupId(
    tx: EntityManager,
    groupId: string,
    provisioner: string,
    externalId: string | null,
  ): Promise<void> {
    await tx.delete(ScimGroupId, { groupId, provisioner });
    if (externalId !== null) await tx.insert(ScimGroupId, { groupId, provisioner, externalId });
  }

  /**
   * As {@link putGroupId}.
   * @returns whether it was another one before
   */
  async changeGroupId(
    tx: EntityManager,
    groupId: string,
    provisioner: string,
    externalId: string | null,
  ): Promise<boolean> {
    const present = await tx.findOneBy(ScimGroupId, { groupId, provisioner });
    if ((present?.externalId ?? null) === externalId) return false;
    await this.putGroupId(tx, groupId, provisioner, externalId);
    return true;
  }
}
