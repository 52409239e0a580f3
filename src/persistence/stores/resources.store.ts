import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Resource } from '../entities/resource.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';

/** What a change of the resources depends on. */
export type HeldResource = Pick<Resource, 'id' | 'version' | 'identifier' | 'name' | 'scopes'>;

@Injectable()
export class ResourcesStore {
  constructor(private readonly database: Database) {}

  async all(): Promise<Resource[]> {
    return this.database.read.find(Resource, { order: { id: 'ASC' } });
  }

  /** Every resource, held until the transaction ends: no scope gets a second owner meanwhile. */
  async holdAll(tx: EntityManager): Promise<HeldResource[]> {
    const rows = await this.database.lockedRows<Omit<HeldResource, 'scopes'> & { readonly scopes: string }>(
      tx,
      'SELECT id, version, identifier, name, scopes FROM resources',
      [],
    );
    return rows.map((row) => ({ ...row, scopes: JSON.parse(row.scopes) as Record<string, string> }));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(Resource, { id });
  }

  /** Creates the resource, or replaces its name and scopes. */
  async put(
    tx: EntityManager,
    { identifier, name, scopes }: Pick<Resource, 'identifier' | 'name' | 'scopes'>,
    now: number,
  ): Promise<'created' | 'updated'> {
    const changes = { name, scopes, updatedAt: now };
    const { affected } = await tx.update(
      Resource,
      { identifier },
      { ...changes, version: () => 'version + 1' },
    );
    if (affected) return 'updated';
    await tx.insert(Resource, { ...changes, id: newId(), identifier, version: 0, createdAt: now });
    return 'created';
  }
}
