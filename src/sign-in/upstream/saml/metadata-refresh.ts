import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import type { AuditEvent } from '../../../audit/events.js';
import { type MemberChanges, memberChanges } from '../../../audit/member-changes.js';
import type { Originator } from '../../../audit/originator.js';
import { OutboundError } from '../../../outbound/outbound.js';
import type { Upstream } from '../../../persistence/entities/upstream.entity.js';
import { UpstreamsStore } from '../../../persistence/stores/upstreams.store.js';
import type { UpstreamMembers } from '../definition.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import { Upstreams } from '../upstreams.js';
import type { ReadMetadata } from './saml-members.js';
import { SamlMetadata } from './saml-metadata.js';

/** Reads metadata again from the URL by which an upstream is registered. What cannot be read changes nothing. */
@Injectable()
export class MetadataRefresh {
  constructor(
    private readonly store: UpstreamsStore,
    private readonly metadata: SamlMetadata,
    private readonly upstreams: Upstreams,
    private readonly changes: Changes,
  ) {}

  /**
   * @returns why nothing was read; undefined if it was
   * @throws NotFoundException; ConflictException if it is not registered by a URL
   */
  async refresh(alias: string, actor: Originator): Promise<string | undefined> {
    const present = await this.store.find(alias);
    if (!present) throw new NotFoundException(`there is no upstream ${alias}`);
    if (urlOf(present) === undefined) throw new ConflictException(`${alias} has no metadata_url`);
    const read = await this.read(present);
    if (typeof read === 'string') {
      await this.changes.note({ event: 'upstream.metadata_failed', actor, detail: { alias, reason: read } });
      return read;
    }
    await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const held = await this.store.hold(tx, alias);
        // Registered by another URL meanwhile, or read by another replica.
        if (!held || urlOf(held) !== read.url) return undefined;
        const changed = changesOf(held.metadataRead as ReadMetadata | null, read);
        await this.store.keepMetadata(tx, held.id, read, changed === undefined ? undefined : now);
        return changed && { event: 'upstream.updated', actor, detail: { alias, changes: changed } };
      },
    );
    this.upstreams.forget();
    return undefined;
  }

  /** @throws ConflictException if nothing was read; NotFoundException */
  async refreshNow(alias: string, actor: Originator): Promise<void> {
    const problem = await this.refresh(alias, actor);
    if (problem !== undefined)
      throw new ConflictException(`the metadata of ${alias} cannot be read: ${problem}`);
  }

  private async read(present: Upstream): Promise<ReadMetadata | string> {
    const url = urlOf(present);
    if (url === undefined) return 'there is no metadata_url';
    try {
      const read = await this.metadata.fetch(url);
      const before = present.metadataRead as ReadMetadata | null;
      // People are known by their names there: another provider has other people.
      return before && before.entityId !== read.entityId
        ? `they are of ${read.entityId}, not ${before.entityId}`
        : read;
    } catch (error) {
      if (error instanceof UpstreamRefusal || error instanceof OutboundError)
        return error.message.slice(0, 500);
      throw error;
    }
  }
}

const urlOf = ({ members }: Pick<Upstream, 'members'>): string | undefined =>
  (members as unknown as UpstreamMembers).metadata_url;

function changesOf(before: ReadMetadata | null, after: ReadMetadata): MemberChanges | undefined {
  const { readAt: _before, ...old } = before ?? { readAt: 0 };
  const { readAt: _after, ...present } = after;
  return memberChanges(old, JSON.parse(JSON.stringify(present)) as object);
}
