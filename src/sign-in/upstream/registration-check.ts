import { Injectable } from '@nestjs/common';
import { Outbound } from '../../outbound/outbound.js';
import type { Upstream } from '../../persistence/entities/upstream.entity.js';
import { AttributesStore } from '../../persistence/stores/attributes.store.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import type { UpstreamMembers } from './definition.js';
import { definitionOf } from './definition-of.js';
import { groupFilterProblem } from './ldap/group-filter.js';
import { personFilterProblem } from './ldap/person-filter.js';
import { presets } from './presets.js';
import type { ReadMetadata } from './saml/saml-members.js';
import { SamlMetadata } from './saml/saml-metadata.js';
import {
  type CheckedUpstream,
  type UpstreamProblem,
  unknownAttributeProblems,
  upstreamProblems,
} from './upstream-rules.js';
import type { PutUpstreamDto } from './upstreams.dto.js';

/** What a definition alone does not tell. */
interface Surroundings {
  readonly filterProblems: CheckedUpstream['filterProblems'];
  readonly read: ReadMetadata | null;
  readonly metadataProblem?: UpstreamProblem;
  /** What the people who are linked already prevent. */
  readonly problems: readonly UpstreamProblem[];
}

/** Checks upstreams that are to be registered, by their rules and by what is around them. */
@Injectable()
export class RegistrationCheck {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly attributes: AttributesStore,
    private readonly outbound: Outbound,
    private readonly metadata: SamlMetadata,
  ) {}

  /** What is wrong beside what is stored, given what is around. */
  problems(
    given: PutUpstreamDto,
    present: Upstream | null,
    { filterProblems, read, metadataProblem }: Surroundings,
  ): UpstreamProblem[] {
    const problems = upstreamProblems({
      protocol: protocolOf(given),
      presetProtocol: given.preset && presets[given.preset].protocol,
      definition: definitionOf(given, read),
      hasSecret: given.client_secret !== undefined || present?.secretSealed != null,
      urlProblem: (url) => this.outbound.problem(url),
      filterProblems,
    });
    // What would be in them is not missing.
    return metadataProblem
      ? [metadataProblem, ...problems.filter(({ reason }) => reason !== 'is missing')]
      : problems;
  }

  /** Looks at what is around a definition: its metadata, its filters, and who is linked. */
  async look(given: PutUpstreamDto, present: Upstream | null): Promise<Surroundings> {
    const read = await this.metadataOf(given, present);
    return {
      ...read,
      filterProblems: await filterProblemsOf(given),
      problems: await this.otherPeople(given, present, read.read),
    };
  }

  private async metadataOf(
    given: PutUpstreamDto,
    present: Upstream | null,
  ): Promise<Pick<Surroundings, 'read' | 'metadataProblem'>> {
    if (protocolOf(given) !== 'saml') return { read: null };
    const outcome = await this.metadata.of(given, present?.metadataRead as ReadMetadata | null);
    return 'problem' in outcome ? { read: null, metadataProblem: outcome.problem } : { read: outcome.read };
  }

  /** Subjects mean other people at another provider: whoever has one there would have the account of somebody else here. */
  private async otherPeople(
    given: PutUpstreamDto,
    present: Upstream | null,
    read: ReadMetadata | null,
  ): Promise<UpstreamProblem[]> {
    if (!present) return [];
    const before = {
      ...definitionOf(
        present.members as unknown as UpstreamMembers,
        present.metadataRead as ReadMetadata | null,
      ),
      protocol: present.protocol,
    };
    const after = { ...definitionOf(given, read), protocol: protocolOf(given) };
    const changed = identifying.filter((member) => before[member] !== after[member]);
    if (changed.length === 0 || (await this.identities.someUsersOf(present.id, 1)).length === 0) return [];
    const reason =
      'cannot change while people are linked: register it under another alias, or delete it first';
    return changed.map((member) => ({ member, reason }));
  }

  /** Attributes that are named, and not defined. Those that are stay until the transaction ends. */
  async unknownAttributes(tx: Transaction, { attributes = {} }: PutUpstreamDto): Promise<UpstreamProblem[]> {
    const known: string[] = [];
    for (const name of Object.keys(attributes).toSorted())
      if (await this.attributes.hold(tx, name)) known.push(name);
    return unknownAttributeProblems(Object.keys(attributes), known);
  }
}

/** What the subjects of an upstream depend on. */
const identifying = [
  'protocol',
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'subject_claim',
  'base_dn',
  'name_id_format',
  'idp_entity_id',
] as const;

/** What is wrong with the filters of a directory; nothing if it is none. */
async function filterProblemsOf(given: PutUpstreamDto): Promise<CheckedUpstream['filterProblems']> {
  if (protocolOf(given) !== 'ldap') return {};
  const {
    user_filter: people = '',
    group_search_base: base,
    group_search_filter: groups,
  } = definitionOf(given);
  return {
    user_filter: await personFilterProblem(people),
    group_search_filter: base === undefined ? undefined : await groupFilterProblem(groups),
  };
}

export const protocolOf = ({ protocol, preset }: PutUpstreamDto): string =>
  protocol ?? (preset && presets[preset].protocol) ?? 'oidc';
