import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccessTokenForm } from '../../protocol/access-token.js';
import { Resource, type ResourceTranslations } from '../entities/resource.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { LeasesStore } from './leases.store.js';
import { deleteRolesOf } from '../roles-of-owner.js';

/** What a change of the resources depends on. */
export type HeldResource = Pick<
  Resource,
  'id' | 'version' | 'identifier' | 'name' | 'scopes' | 'translations'
> &
  AccessTokenForm;

interface HeldRow extends Pick<Resource, 'id' | 'version' | 'identifier' | 'name'> {
  readonly scopes: string;
  readonly translations: string | null;
  readonly access_token_typ: AccessTokenForm['accessTokenTyp'];
  readonly access_token_signing_alg: AccessTokenForm['accessTokenSigningAlg'];
}

@Injectable()
export class ResourcesStore {
  constructor(
    private readonly database: Database,
    private readonly leases: LeasesStore,
  ) {}

  async all(tx: EntityManager = this.database.read): Promise<Resource[]> {
    return tx.find(Resource, { order: { id: 'ASC' } });
  }

  /** Every resource, held until the transaction ends: no scope gets a second owner meanwhile. */
  async holdAll(tx: EntityManager): Promise<HeldResource[]> {
    // Rows that are not there yet cannot be held.
    await this.leases.serialise(tx, 'resources');
    const rows = await this.database.lockedRows<HeldRow>(
      tx,
      'SELECT id, version, identifier, name, scopes, translations, access_token_typ, access_token_signing_alg FROM resources',
      [],
    );
    return rows.map(({ scopes, translations, access_token_typ, access_token_signing_alg, ...row }) => ({
      ...row,
      scopes: JSON.parse(scopes) as Record<string, string>,
      translations: translations === null ? null : (JSON.parse(translations) as ResourceTranslations),
      accessTokenTyp: access_token_typ,
      accessTokenSigningAlg: access_token_signing_alg,
    }));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await deleteRolesOf(this.database, tx, { ownerKind: 'resource', ownerId: id });
    await tx.delete(Resource, { id });
  }

  /** Creates the resource, or replaces its name and scopes, and its translations and the form of its tokens as far as they are given. */
  async put(
    tx: EntityManager,
    {
      identifier,
      name,
      scopes,
      translations,
      ...form
    }: Pick<Resource, 'identifier' | 'name' | 'scopes'> &
      Partial<AccessTokenForm & Pick<Resource, 'translations'>>,
    now: number,
  ): Promise<'created' | 'updated'> {
    const { accessTokenTyp, accessTokenSigningAlg } = form;
    const changes = { name, scopes, translations, accessTokenTyp, accessTokenSigningAlg, updatedAt: now };
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
