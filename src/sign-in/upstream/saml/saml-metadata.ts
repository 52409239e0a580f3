import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { Outbound, OutboundError } from '../../../outbound/outbound.js';
import type { UpstreamMembers } from '../definition.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import type { UpstreamProblem } from '../upstream-rules.js';
import type { ReadMetadata } from './saml-members.js';

const maxBodyBytes = 512 * 1_024;

/** What became of reading metadata. */
export type MetadataOutcome = { readonly read: ReadMetadata | null } | { readonly problem: UpstreamProblem };

/** Reads the metadata of identity providers, from their URL or as an operator gives them. */
@Injectable()
export class SamlMetadata {
  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  /**
   * The metadata that an upstream is registered by. What was read from the same URL before stays: it is read again by the refresh, or
   * when an administrator asks for it.
   */
  async of(
    { metadata, metadata_url: url }: UpstreamMembers,
    before: ReadMetadata | null | undefined,
  ): Promise<MetadataOutcome> {
    if (url !== undefined && metadata !== undefined)
      return { problem: { member: 'metadata', reason: 'cannot stand beside metadata_url' } };
    try {
      if (url !== undefined) return { read: before?.url === url ? before : await this.fetch(url) };
      return { read: metadata === undefined ? null : await this.parse(metadata) };
    } catch (error) {
      if (!(error instanceof UpstreamRefusal) && !(error instanceof OutboundError)) throw error;
      const member = url === undefined ? 'metadata' : 'metadata_url';
      return { problem: { member, reason: `cannot be read: ${error.message}` } };
    }
  }

  /** @throws OutboundError, UpstreamRefusal bad_answer */
  async fetch(url: string): Promise<ReadMetadata> {
    const accept = 'application/samlmetadata+xml, application/xml, text/xml';
    const { status, body } = await this.outbound.fetch(url, { accept, maxBodyBytes });
    if (status !== 200) throw new OutboundError(`${new URL(url).origin} answered ${status}`);
    return this.parse(body, url);
  }

  private async parse(xml: string, url?: string): Promise<ReadMetadata> {
    const { readIdpMetadata } = await import('./idp-metadata.js');
    const now = this.clock.now();
    return { ...readIdpMetadata(xml, now), url, readAt: now };
  }
}
