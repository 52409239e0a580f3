import {
  ConflictException,
  Inject,
  Injectable,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { AuditEvent } from '../audit/events.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { fieldViolation, InvalidFields } from '../http/invalid-fields.js';
import type { Resource, ResourceTranslations } from '../persistence/entities/resource.entity.js';
import { AllowedScopesStore } from '../persistence/stores/allowed-scopes.store.js';
import { type HeldResource, ResourcesStore } from '../persistence/stores/resources.store.js';
import { namesUri } from '../protocol/uri.js';
import { checkPrecondition, type Precondition } from './precondition.js';
import { type ProtectedResource, ResourceCatalogue } from './resource-catalogue.js';
import { resourceProblems, withIdentifier } from './resource-rules.js';

/** A resource as it is to be registered. What is omitted of the form of its tokens stays as it is, and is the default for a new resource. */
export interface ResourceDefinition extends Pick<ProtectedResource, 'identifier' | 'name' | 'scopes'> {
  readonly translations?: ResourceTranslations;
  readonly access_token_typ?: ProtectedResource['accessTokenTyp'];
  readonly access_token_signing_alg?: ProtectedResource['accessTokenSigningAlg'];
}

type ResourceMembers = Required<Omit<ResourceDefinition, 'identifier'>>;

/** Registers protected resources with their scopes. `actor` is the caller, for the audit trail. */
@Injectable()
export class ResourceRegistration {
  constructor(
    private readonly store: ResourcesStore,
    private readonly catalogue: ResourceCatalogue,
    private readonly allowedScopes: AllowedScopesStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers a resource, or replaces the name and the scopes of the one with that identifier, which keeps its registered spelling.
   * @throws InvalidFields naming each invalid field
   * @throws ConflictException if it is Eyrie itself, or a scope belongs to another resource
   * @throws PreconditionFailedException
   */
  async put(resource: ResourceDefinition, actor: Originator, precondition?: Precondition): Promise<Resource> {
    const { identifier } = resource;
    const problems = resourceProblems(resource);
    if (problems.length > 0)
      throw new InvalidFields(problems.map(({ path, reason }) => fieldViolation(path, reason)));
    if (namesUri([this.settings.issuer], identifier))
      throw new ConflictException('identifier is the identifier of Eyrie itself');
    await this.change(resource, actor, (present, all) => {
      if (precondition && !present)
        throw new PreconditionFailedException(`there is no resource ${identifier}`);
      if (present) checkPrecondition(present, precondition);
      refuseForeignScopes(resource, present, all);
    });
    return this.require(identifier);
  }

  /** @throws NotFoundException */
  async require(identifier: string): Promise<Resource> {
    const stored = withIdentifier(await this.store.all(), identifier);
    if (!stored) throw unknownResource(identifier);
    return stored;
  }

  /** Writes a resource of a configuration that has been checked as a whole: a scope may move from one resource to another. */
  async write(resource: ResourceDefinition, actor: Originator): Promise<'created' | 'updated'> {
    return this.change(resource, actor, () => undefined);
  }

  /**
   * Deletes a resource. No token is issued for it any more, and what people allowed of its scopes is forgotten.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(named: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      (identifier: string) => ({ event: 'resource.deleted', actor, detail: { identifier } }),
      async (tx, now) => {
        const present = withIdentifier(await this.store.holdAll(tx), named);
        if (!present) throw unknownResource(named);
        checkPrecondition(present, precondition);
        await this.store.delete(tx, present.id);
        await this.allowedScopes.forget(tx, Object.keys(present.scopes), 'resource_deleted', now);
        return present.identifier;
      },
    );
    this.catalogue.forget();
  }

  /** @param check gets the present resource and all of them as they are held, and throws if the change does not fit them */
  private async change(
    definition: ResourceDefinition,
    actor: Originator,
    check: (present: HeldResource | undefined, all: readonly HeldResource[]) => void,
  ): Promise<'created' | 'updated'> {
    const {
      identifier: named,
      name,
      scopes,
      translations,
      access_token_typ,
      access_token_signing_alg,
    } = definition;
    const outcome = await this.changes.change(
      (event: AuditEvent | undefined) => event ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const all = await this.store.holdAll(tx);
        const before = withIdentifier(all, named);
        check(before, all);
        const identifier = before?.identifier ?? named;
        const form = { accessTokenTyp: access_token_typ, accessTokenSigningAlg: access_token_signing_alg };
        await this.store.put(tx, { identifier, name, scopes: { ...scopes }, translations, ...form }, now);
        if (!before) return { event: 'resource.created', actor, detail: { identifier } };
        const present = resourceMembers(before);
        const changes = memberChanges(present, {
          name,
          scopes,
          translations: translations ?? present.translations,
          access_token_typ: access_token_typ ?? present.access_token_typ,
          access_token_signing_alg: access_token_signing_alg ?? present.access_token_signing_alg,
        });
        if (!changes) return undefined;
        // Whoever gives a scope of that name to another resource later must not find it allowed.
        const gone = Object.keys(before.scopes).filter((scope) => !Object.hasOwn(scopes, scope));
        await this.allowedScopes.forget(tx, gone, 'scope_deleted', now);
        return { event: 'resource.updated', actor, detail: { identifier, changes } };
      },
    );
    this.catalogue.forget();
    return outcome?.event === 'resource.created' ? 'created' : 'updated';
  }
}

const unknownResource = (identifier: string): NotFoundException =>
  new NotFoundException(`there is no resource ${identifier}`);

/** The members of a resource, under the names of the admin API. */
export const resourceMembers = ({
  name,
  scopes,
  translations,
  accessTokenTyp,
  accessTokenSigningAlg,
}: Omit<Resource, 'id' | 'createdAt' | 'updatedAt' | 'version'>): ResourceMembers => ({
  name,
  scopes,
  translations: translations ?? {},
  access_token_typ: accessTokenTyp,
  access_token_signing_alg: accessTokenSigningAlg,
});

/** @throws ConflictException if a scope of the resource belongs to another one than the present one */
function refuseForeignScopes(
  { scopes }: ResourceDefinition,
  present: HeldResource | undefined,
  all: readonly HeldResource[],
): void {
  const owner = all.find(
    (other) => other !== present && Object.keys(scopes).some((scope) => Object.hasOwn(other.scopes, scope)),
  );
  if (owner) throw new ConflictException(`scopes contains a scope that belongs to ${owner.identifier}`);
}
