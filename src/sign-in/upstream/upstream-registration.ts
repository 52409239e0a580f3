import { Inject, Injectable, NotFoundException, PreconditionFailedException } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { AuditEvent } from '../../audit/events.js';
import { type MemberChanges, memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { defined } from '../../clients/client-changes.js';
import { endpoints, upstreamLogoutPath } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Secrets } from '../../crypto/secrets.js';
import { InvalidFields, namedField } from '../../http/invalid-fields.js';
import type { Upstream } from '../../persistence/entities/upstream.entity.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import type { UpstreamMembers } from './definition.js';
import { definitionOf } from './definition-of.js';
import { type ReadMetadata } from './saml/saml-members.js';
import { shownMetadata } from './saml/saml-metadata.dto.js';
import { protocolOf, RegistrationCheck } from './registration-check.js';
import type { UpstreamProblem } from './upstream-rules.js';
import { Upstreams } from './upstreams.js';
import type { PutUpstreamDto, UpstreamDto } from './upstreams.dto.js';

/** Registers upstreams. `actor` is the caller, for the audit trail. */
@Injectable()
export class UpstreamRegistration {
  constructor(
    private readonly store: UpstreamsStore,
    private readonly check: RegistrationCheck,
    private readonly upstreams: Upstreams,
    private readonly secrets: Secrets,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException */
  async require(alias: string): Promise<Upstream> {
    const upstream = await this.store.find(alias);
    if (!upstream) throw new NotFoundException(`there is no upstream ${alias}`);
    return upstream;
  }

  /** What is wrong with an upstream that is to be registered, apart from attributes that may be defined before it is. */
  async problems(given: PutUpstreamDto): Promise<UpstreamProblem[]> {
    const present = await this.store.find(given.alias);
    const surroundings = await this.check.look(given, present);
    return [...this.check.problems(given, present, surroundings), ...surroundings.problems];
  }

  /**
   * Registers an upstream, or replaces its members. A secret that is omitted stays.
   * @throws InvalidFields naming each invalid member
   * @throws PreconditionFailedException
   */
  async put(
    given: PutUpstreamDto,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<'created' | 'updated' | 'unchanged'> {
    const { alias, client_secret: secret } = given;
    const secretSealed = secret === undefined ? undefined : await this.secrets.seal('upstream', secret);
    const isSameSecret = secret === undefined || (await this.isStoredSecret(alias, secret));
    const before = await this.store.find(alias);
    const surroundings = await this.check.look(given, before);
    const event = await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const present = await this.store.hold(tx, alias);
        if (precondition && !present) throw new PreconditionFailedException(`there is no upstream ${alias}`);
        if (present) checkPrecondition(present, precondition);
        const problems = [
          ...this.check.problems(given, present, surroundings),
          ...surroundings.problems,
          ...(await this.check.unknownAttributes(tx, given)),
        ];
        if (problems.length > 0)
          throw new InvalidFields(problems.map(({ member, reason }) => namedField(member, reason)));
        const columns = {
          alias,
          ...columnsOf(given),
          metadataRead: latest(surroundings.read, present),
          secretSealed,
        };
        if (!present) {
          await this.store.insert(tx, columns, now);
          return { event: 'upstream.created', actor, detail: { alias } };
        }
        const changes = changesOf(present, columns, !isSameSecret);
        if (!changes) return undefined;
        await this.store.update(tx, present.id, columns, now);
        return { event: 'upstream.updated', actor, detail: { alias, changes } };
      },
    );
    this.upstreams.forget();
    if (!event) return 'unchanged';
    return event.event === 'upstream.created' ? 'created' : 'updated';
  }

  /** What `put` would change of an upstream that exists; undefined if nothing. */
  async differences(present: Upstream, given: PutUpstreamDto): Promise<MemberChanges | undefined> {
    const { alias, client_secret: secret } = given;
    const isSameSecret = secret === undefined || (await this.isStoredSecret(alias, secret));
    return changesOf(present, columnsOf(given), !isSameSecret);
  }

  /** An upstream in the form of the admin API. */
  shown({
    alias,
    protocol,
    enabled,
    members,
    secretSealed,
    metadataRead,
    createdAt,
    updatedAt,
  }: Upstream): UpstreamDto {
    return {
      ...definitionOf(members as unknown as UpstreamMembers),
      alias,
      protocol: protocol as UpstreamDto['protocol'],
      enabled,
      has_secret: secretSealed !== null,
      redirect_uri: `${this.settings.issuer}${endpoints.upstream}/${alias}/${protocol === 'saml' ? 'acs' : 'callback'}`,
      ...(protocol === 'oidc' && {
        backchannel_logout_uri: `${this.settings.issuer}${endpoints.upstream}/${alias}${upstreamLogoutPath}`,
        post_logout_redirect_uri: `${this.settings.issuer}${endpoints.upstream}/${alias}/signed-out`,
      }),
      ...(protocol === 'saml' && {
        single_logout_uri: `${this.settings.issuer}${endpoints.upstream}/${alias}/slo`,
      }),
      ...(metadataRead && { metadata_read: shownMetadata(metadataRead as ReadMetadata) }),
      created_at: createdAt,
      updated_at: updatedAt,
    } as UpstreamDto;
  }

  private async isStoredSecret(alias: string, secret: string): Promise<boolean> {
    const sealed = (await this.store.find(alias))?.secretSealed;
    return sealed != null && (await this.secrets.unseal('upstream', sealed)) === secret;
  }
}

/** What a refresh has read meanwhile from the same URL stays. */
function latest(read: ReadMetadata | null, present: Upstream | null): ReadMetadata | null {
  const held = present?.metadataRead as ReadMetadata | null | undefined;
  return read?.url !== undefined && held?.url === read.url ? held : read;
}

function columnsOf(given: PutUpstreamDto): Pick<Upstream, 'protocol' | 'enabled' | 'members'> {
  const { alias: _alias, protocol: _protocol, enabled = true, client_secret: _secret, ...members } = given;
  return { protocol: protocolOf(given), enabled, members: defined(members) };
}

/** What differs; of a secret only that it does. */
function changesOf(
  before: Upstream,
  after: Pick<Upstream, 'protocol' | 'enabled' | 'members'>,
  isNewSecret: boolean,
): MemberChanges | undefined {
  const gone = Object.fromEntries(Object.keys(before.members).map((member) => [member, null]));
  const secret = isNewSecret ? { client_secret: 'changed' } : {};
  return memberChanges(
    { ...before.members, protocol: before.protocol, enabled: before.enabled },
    { ...gone, ...after.members, protocol: after.protocol, enabled: after.enabled, ...secret },
  );
}
