import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Secrets } from '../../crypto/secrets.js';
import type { Upstream } from '../../persistence/entities/upstream.entity.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import type { LoadedUpstream, UpstreamMembers } from './definition.js';
import { definitionOf } from './definition-of.js';
import type { ReadMetadata } from './saml/saml-members.js';

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;

/** The upstreams, as they are registered. */
@Injectable()
export class Upstreams {
  private readonly cache = new LRUCache<'all', readonly LoadedUpstream[]>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });

  constructor(
    private readonly store: UpstreamsStore,
    private readonly secrets: Secrets,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Those to which people may go to sign in. */
  async enabled(): Promise<readonly LoadedUpstream[]> {
    if (!this.settings.signIn.withUpstreams) return [];
    return (await this.all()).filter(({ enabled, protocol }) => enabled && protocol !== 'ldap');
  }

  /** The directories whose passwords are typed on the sign-in page. */
  async directories(): Promise<readonly LoadedUpstream[]> {
    if (!this.settings.signIn.withUpstreams) return [];
    return (await this.all()).filter(({ enabled, protocol }) => enabled && protocol === 'ldap');
  }

  /** @throws NotFoundException */
  async requireDirectory(alias: string): Promise<LoadedUpstream> {
    const directory = (await this.directories()).find((one) => one.alias === alias);
    if (!directory) throw new NotFoundException(`there is no directory ${alias} that is enabled`);
    return directory;
  }

  /** Those whose people may be linked: both of these. */
  async usable(): Promise<readonly LoadedUpstream[]> {
    return [...(await this.enabled()), ...(await this.directories())];
  }

  /** Those with a button on the sign-in page. */
  async shown(): Promise<readonly LoadedUpstream[]> {
    return (await this.enabled()).filter(({ shown }) => shown);
  }

  async find(alias: string): Promise<LoadedUpstream | undefined> {
    return (await this.enabled()).find((upstream) => upstream.alias === alias);
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  async all(): Promise<readonly LoadedUpstream[]> {
    // `forget` aborts a load under way, which may have begun before the change.
    const cached = await this.cache.fetch('all').catch(() => undefined);
    return cached ?? this.load();
  }

  private async load(): Promise<readonly LoadedUpstream[]> {
    return Promise.all((await this.store.all()).map((row) => this.opened(row)));
  }

  private async opened({
    id,
    alias,
    protocol,
    enabled,
    version,
    members,
    secretSealed,
    metadataRead,
  }: Upstream): Promise<LoadedUpstream> {
    const secret = secretSealed === null ? undefined : await this.secrets.unseal('upstream', secretSealed);
    const given = members as unknown as UpstreamMembers;
    const read = metadataRead as ReadMetadata | null;
    return {
      ...definitionOf(given, read),
      certificatesUntil: given.certificates ? undefined : read?.validUntil,
      id,
      alias,
      protocol,
      enabled,
      version,
      secret: typeof secret === 'string' ? secret : undefined,
    };
  }
}
