import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Resource } from '../entities/resource.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';

@Injectable()
export class ResourcesStore {
  constructor(private readonly database: Database) {}

  async all(): Promise<Resource[]> {
    return this.database.read.find(Resource, { order: { id: 'ASC' } });
  }

  /** Creates the resource, or replaces its name and scopes. */
  async put(
    tx: EntityManager,
    identifier: string,
    name: string,
    scopes: Record<string, string>,
    now: number,
  ): Promise<'created' | 'updated'> {
    const { affected } = await tx.update(Resource, { identifier }, { name, scopes, updatedAt: now });
    if (affected) return 'updated';
    await tx.insert(Resource, { id: newId(), identifier, name, scopes, createdAt: now, updatedAt: now });
    return 'created';
  }
}
