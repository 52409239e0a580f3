import {
  BadRequestException,
  ConflictException,
  Inject,
  Injectable,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Resource } from '../persistence/entities/resource.entity.js';
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
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers a resource, or replaces the name and the scopes of the one with that identifier.
   * @throws BadRequestException naming each invalid field
   * @throws ConflictException if it is Eyrie itself, or a scope belongs to another resource
   * @throws PreconditionFailedException
   */
  async put(resource: ProtectedResource, actor: string, precondition?: Precondition): Promise<Resource> {
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
    if (!stored) throw new NotFoundException(`there is no resource ${identifier}`);
    return stored;
  }

  /** Writes a resource of a configuration that has been checked as a whole: a scope may move from one resource to another. */
  async write(resource: ProtectedResource, actor: string): Promise<'created' | 'updated'> {
    return this.change(resource, actor, () => undefined);
  }

  /** @param check gets all resources as they are held, and throws if the change does not fit them */
  private async change(
    { identifier, name, scopes }: ProtectedResource,
    actor: string,
    check: (all: readonly HeldResource[]) => void,
  ): Promise<'created' | 'updated'> {
    const outcome = await this.changes.change(
      (done: 'created' | 'updated') => ({
        event: done === 'created' ? 'resource.created' : 'resource.updated',
        actor,
        detail: { identifier },
      }),
      async (tx, now) => {
        check(await this.store.holdAll(tx));
        return this.store.put(tx, { identifier, name, scopes: { ...scopes } }, now);
      },
    );
    this.catalogue.forget();
    return outcome;
  }
}

/** @throws ConflictException if a scope of the resource belongs to another one */
function refuseForeignScopes({ identifier, scopes }: ProtectedResource, all: readonly HeldResource[]): void {
  const owner = all.find(
    (other) =>
      other.identifier !== identifier &&
      Object.keys(scopes).some((scope) => Object.hasOwn(other.scopes, scope)),
  );
  if (owner) throw new ConflictException(`scopes contains a scope that belongs to ${owner.identifier}`);
}
