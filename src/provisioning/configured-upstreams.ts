import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { UpstreamsStore } from '../persistence/stores/upstreams.store.js';
import { UpstreamDeletion } from '../sign-in/upstream/upstream-deletion.js';
import { UpstreamRegistration } from '../sign-in/upstream/upstream-registration.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  newSecret,
  type PlannedItem,
  planEach,
  planOf,
  presentSecret,
} from './configured-kind.js';

/** The upstream identity providers of files. The secret of one is that of the file, whenever the file is applied. */
@Injectable()
export class ConfiguredUpstreams implements ConfiguredKind {
  readonly section = 'upstreams';

  constructor(
    private readonly store: UpstreamsStore,
    private readonly registration: UpstreamRegistration,
    private readonly deletion: UpstreamDeletion,
  ) {}

  plan({ upstreams }: Configuration): Promise<PlannedItem[]> {
    return planEach(upstreams, (upstream) => this.planOne(upstream));
  }

  async surplus({ upstreams }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(upstreams.map(({ alias }) => alias));
    const others = (await this.store.all()).filter(({ alias }) => !named.has(alias));
    return others.map(({ alias: name }) =>
      deletionOf({ kind: 'upstream', name, perform: () => this.deletion.delete(name, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    const all = await this.store.all();
    return all.map(({ alias, protocol, enabled, members }) => ({ alias, protocol, enabled, ...members }));
  }

  private async planOne(upstream: Configuration['upstreams'][number]): Promise<PlannedItem> {
    const { alias: name, ...members } = upstream;
    const kind = 'upstream';
    const perform = (): Promise<unknown> => this.registration.put(upstream, actor);
    const present = await this.store.find(name);
    if (!present) {
      const told = { ...defined(members), ...(members.client_secret && { client_secret: newSecret }) };
      return { kind, name, outcome: 'created', changes: memberChanges({}, told) ?? {}, perform };
    }
    const changes = await this.registration.differences(present, upstream);
    const shown = changes?.client_secret
      ? { ...changes, client_secret: { from: presentSecret, to: newSecret } }
      : changes;
    return planOf({ kind, name, perform }, shown);
  }
}
