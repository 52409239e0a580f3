import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccessTokenForm } from '../../protocol/access-token.js';
import { Resource } from '../entities/resource.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';

/** What a change of the resources depends on. */
export type HeldResource = Pick<Resource, 'id' | 'version' | 'identifier' | 'name' | 'scopes'> &
  AccessTokenForm;

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
      `SELECT id, version, identifier, name, scopes, access_token_typ AS "accessTokenTyp",
         access_token_signing_alg AS "accessTokenSigningAlg"
       FROM resources`,
      [],
    );
    return rows.map((row) => ({ ...row, scopes: JSON.parse(row.scopes) as Record<string, string> }));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(Resource, { id });
  }

  /** Creates the resource, or replaces its name and scopes, and the form of its tokens as far as it is given. */
  async put(
    tx: EntityManager,
    {
      identifier,
      name,
      scopes,
      ...form
    }: Pick<Resource, 'identifier' | 'name' | 'scopes'> & Partial<AccessTokenForm>,
    now: number,
  ): Promise<'created' | 'updated'> {
    const { accessTokenTyp, accessTokenSigningAlg } = form;
    const changes = { name, scopes, accessTokenTyp, accessTokenSigningAlg, updatedAt: now };
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
