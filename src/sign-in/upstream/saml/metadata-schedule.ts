import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../../config/clock.js';
import { newId } from '../../../persistence/id.js';
import { LeasesStore } from '../../../persistence/stores/leases.store.js';
import { UpstreamsStore } from '../../../persistence/stores/upstreams.store.js';
import type { Upstream } from '../../../persistence/entities/upstream.entity.js';
import type { UpstreamMembers } from '../definition.js';
import { MetadataRefresh } from './metadata-refresh.js';
import type { ReadMetadata } from './saml-members.js';

const everyMilliseconds = 60_000;
/** Metadata that were read within this time are not read again. */
const intervalSeconds = 86_400;
/** After a failure it is tried again. */
const retrySeconds = 3_600;

/** Reads metadata again once a day, on one replica, where the operator has them followed. */
@Injectable()
export class MetadataSchedule {
  private readonly logger = new Logger(MetadataSchedule.name);
  private isRunning = false;

  constructor(
    private readonly store: UpstreamsStore,
    private readonly refresh: MetadataRefresh,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  @Interval(everyMilliseconds)
  async refreshDue(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (const upstream of await this.store.all())
        if (isDue(upstream, this.clock.now())) await this.refreshOne(upstream);
    } catch (error) {
      this.logger.warn(`metadata were not read: ${(error as Error).message}`);
    } finally {
      this.isRunning = false;
    }
  }

  private async refreshOne({ id, alias }: Upstream): Promise<void> {
    const now = this.clock.now();
    if (!(await this.leases.acquire(`saml-metadata:${id}`, newId(), now, now + retrySeconds))) return;
    const problem = await this.refresh.refresh(alias, 'metadata refresh');
    if (problem !== undefined) this.logger.warn(`the metadata of ${alias} were not read: ${problem}`);
  }
}

function isDue({ members, metadataRead }: Upstream, now: number): boolean {
  const { metadata_url: url, metadata_refresh: isFollowed } = members as unknown as UpstreamMembers;
  const readAt = (metadataRead as ReadMetadata | null)?.readAt ?? 0;
  return url !== undefined && isFollowed === true && readAt + intervalSeconds <= now;
}
