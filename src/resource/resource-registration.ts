import {
  BadRequestException,
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
import type { Resource } from '../persistence/entities/resource.entity.js';
import { AllowedScopesStore } from '../persistence/stores/allowed-scopes.store.js';
import { type HeldResource, ResourcesStore } from '../persistence/stores/resources.store.js';
import { checkPrecondition, type Precondition } from './precondition.js';
import { type ProtectedResource, ResourceCatalogue } from './resource-catalogue.js';
import { resourceProblems } from './resource-rules.js';

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
   * Registers a resource, or replaces the name and the scopes of the one with that identifier.
   * @throws BadRequestException naming each invalid field
   * @throws ConflictException if it is Eyrie itself, or a scope belongs to another resource
   * @throws PreconditionFailedException
   */
  async put(resource: ProtectedResource, actor: Originator, precondition?: Precondition): Promise<Resource> {
    const { identifier } = resource;
    const problems = resourceProblems(resource);
    if (problems.length > 0)
      throw new BadRequestException(problems.map(({ path, reason }) => `${path.join('.')} ${reason}`));
    if (identifier === this.settings.issuer)
      throw new ConflictException('identifier is the identifier of Eyrie itself');
    await this.change(resource, actor, (all) => {
      const present = all.find((held) => held.identifier === identifier);
      if (precondition && !present)
        throw new PreconditionFailedException(`there is no resource ${identifier}`);
      if (present) checkPrecondition(present, precondition);
      refuseForeignScopes(resource, all);
    });
    return this.require(identifier);
  }

  /** @throws NotFoundException */
  async require(identifier: string): Promise<Resource> {
    const stored = (await this.store.all()).find((resource) => resource.identifier === identifier);
    if (!stored) throw unknownResource(identifier);
    return stored;
  }

  /** Writes a resource of a configuration that has been checked as a whole: a scope may move from one resource to another. */
  async write(resource: ProtectedResource, actor: Originator): Promise<'created' | 'updated'> {
    return this.change(resource, actor, () => undefined);
  }

  /**
   * Deletes a resource. No token is issued for it any more, and what people allowed of its scopes is forgotten.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(identifier: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      { event: 'resource.deleted', actor, detail: { identifier } },
      async (tx, now) => {
        const present = (await this.store.holdAll(tx)).find((held) => held.identifier === identifier);
        if (!present) throw unknownResource(identifier);
        checkPrecondition(present, precondition);
        await this.store.delete(tx, present.id);
        await this.allowedScopes.forget(tx, Object.keys(present.scopes), 'resource_deleted', now);
      },
    );
    this.catalogue.forget();
  }

  /** @param check gets all resources as they are held, and throws if the change does not fit them */
  private async change(
    { identifier, name, scopes }: ProtectedResource,
    actor: Originator,
    check: (all: readonly HeldResource[]) => void,
  ): Promise<'created' | 'updated'> {
    const outcome = await this.changes.change(
      (event: AuditEvent | undefined) => event ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const all = await this.store.holdAll(tx);
        check(all);
        const before = all.find((held) => held.identifier === identifier);
        const changes = memberChanges(before ?? {}, { name, scopes });
        await this.store.put(tx, { identifier, name, scopes: { ...scopes } }, now);
        if (!changes) return undefined;
        if (!before) return { event: 'resource.created', actor, detail: { identifier } };
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

/** @throws ConflictException if a scope of the resource belongs to another one */
function refuseForeignScopes({ identifier, scopes }: ProtectedResource, all: readonly HeldResource[]): void {
  const owner = all.find(
    (other) =>
      other.identifier !== identifier &&
      Object.keys(scopes).some((scope) => Object.hasOwn(other.scopes, scope)),
  );
  if (owner) throw new ConflictException(`scopes contains a scope that belongs to ${owner.identifier}`);
}
