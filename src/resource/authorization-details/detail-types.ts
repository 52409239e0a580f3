import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AuthorizationDetailsTypesStore } from '../../persistence/stores/authorization-details-types.store.js';
import { withinTime } from '../../persistence/time-limit.js';
import type { DetailTypeDefinition, DetailTypeMembers } from './definition.js';
import { compileSchema, type DetailCheck } from './schema-compiler.js';

/** A type as it is used. */
export interface DetailType extends DetailTypeDefinition {
  readonly check: DetailCheck;
}

type DetailTypesByName = ReadonlyMap<string, DetailType>;

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;
/** For the database, where what was read last will do. */
const maxWaitMilliseconds = 500;

/** The types of authorization details. They are read when a request or a grant has details, and when the metadata is asked for. */
@Injectable()
export class DetailTypes {
  private readonly cache = new LRUCache<'all', DetailTypesByName>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });
  /** By the state of the row. */
  private compiled: ReadonlyMap<string, DetailCheck> = new Map();
  private lastRead: DetailTypesByName = new Map();
  /** By the monotonic clock. */
  private failedAt = -Infinity;

  constructor(private readonly store: AuthorizationDetailsTypesStore) {}

  async all(): Promise<DetailTypesByName> {
    // `forget` aborts a load under way, which may have begun before the change.
    const cached = await this.cache.fetch('all').catch(() => undefined);
    return cached ?? this.load();
  }

  /** Their names as they were read last, for what is answered while the database is away: the metadata. */
  async knownNames(): Promise<readonly string[]> {
    const failed = (): DetailTypesByName => {
      this.failedAt = performance.now();
      return this.lastRead;
    };
    const isAway = performance.now() - this.failedAt < cacheTtlMilliseconds;
    const types = isAway
      ? this.lastRead
      : await withinTime(maxWaitMilliseconds, this.all(), failed).catch(failed);
    return [...types.keys()];
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  private async load(): Promise<DetailTypesByName> {
    const types = new Map<string, DetailType>();
    const compiled = new Map<string, DetailCheck>();
    for (const { id, version, type, members } of await this.store.all()) {
      const definition = { ...(members as DetailTypeMembers), type };
      const state = `${id}.${version}`;
      const check = this.compiled.get(state) ?? (await compileSchema(definition));
      compiled.set(state, check);
      types.set(type, { ...definition, check });
    }
    this.compiled = compiled;
    this.lastRead = types;
    return types;
  }
}
