import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Database } from '../persistence/database.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { actor, type Outcome } from './applied-item.js';
import type { Configuration } from './configuration-file.js';

/** Applies a resource of the file. The check of the file has made sure that its scopes are free. */
@Injectable()
export class ApplyResource {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly catalogue: ResourceCatalogue,
    private readonly audit: AuditStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async apply({ identifier, name, scopes }: Configuration['resources'][number]): Promise<Outcome> {
    const present = (await this.resources.all()).find((resource) => resource.identifier === identifier);
    if (present?.name === name && isDeepStrictEqual(present.scopes, { ...scopes })) return 'unchanged';
    const now = this.clock.now();
    const outcome = await this.database.write(async (tx) => {
      const done = await this.resources.put(tx, identifier, name, scopes, now);
      await this.audit.record(tx, { event: `resource.${done}`, actor, detail: { identifier } }, now);
      return done;
    });
    this.catalogue.forget();
    return outcome;
  }
}
