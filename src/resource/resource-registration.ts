import { BadRequestException, ConflictException, Inject, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
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
   */
  async put({ identifier, name, scopes }: ProtectedResource, actor: string): Promise<Resource> {
    const problems = resourceProblems({ identifier, scopes });
    if (problems.length > 0)
      throw new BadRequestException(problems.map(({ path, reason }) => `${path.join('.')} ${reason}`));
    if (identifier === this.settings.issuer)
      throw new ConflictException('identifier is the identifier of Eyrie itself');
    const others = (await this.store.all()).filter((other) => other.identifier !== identifier);
    const owner = others.find((other) =>
      Object.keys(scopes).some((scope) => Object.hasOwn(other.scopes, scope)),
    );
    if (owner) throw new ConflictException(`scopes contains a scope that belongs to ${owner.identifier}`);

    await this.write({ identifier, name, scopes }, actor);
    const stored = (await this.store.all()).find((resource) => resource.identifier === identifier);
    if (!stored) throw new Error(`the resource ${identifier} vanished while it was registered`);
    return stored;
  }

  /** Writes a resource that has been checked. */
  async write(
    { identifier, name, scopes }: ProtectedResource,
    actor: string,
  ): Promise<'created' | 'updated'> {
    const outcome = await this.changes.change(
      (done: 'created' | 'updated') => ({
        event: done === 'created' ? 'resource.created' : 'resource.updated',
        actor,
        detail: { identifier },
      }),
      (tx, now) => this.store.put(tx, identifier, name, { ...scopes }, now),
    );
    this.catalogue.forget();
    return outcome;
  }
}
