import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import { nameOf, type Originator } from '../../audit/originator.js';
import { unknownClient } from '../../clients/client-refusals.js';
import { unknownOrganization } from '../../directory/directory-refusals.js';
import { invalidField } from '../../http/invalid-fields.js';
import type { OrganizationConsent } from '../../persistence/entities/organization-consent.entity.js';
import { newId } from '../../persistence/id.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { ConsentsStore } from '../../persistence/stores/consents.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import {
  type OrganizationConsentKey,
  OrganizationConsentsStore,
} from '../../persistence/stores/organization-consents.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { ResourcesStore } from '../../persistence/stores/resources.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { personScopes } from '../../protocol/scope.js';
import { clientProblem, consentScope, scopeProblem } from './consentable.js';

/** What administrators allow clients in place of the members of organizations. `actor` is the actor in the audit trail. */
@Injectable()
export class OrganizationConsents {
  constructor(
    private readonly store: OrganizationConsentsStore,
    private readonly organizations: OrganizationsStore,
    private readonly clients: ClientsStore,
    private readonly resources: ResourcesStore,
    private readonly consents: ConsentsStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(key: OrganizationConsentKey): Promise<OrganizationConsent> {
    const consent = await this.store.find(key);
    if (!consent) throw noConsent(key.clientId);
    return consent;
  }

  /**
   * Allows a client exactly these scopes.
   * @throws NotFoundException if there is no such organization or client
   * @throws ConflictException if the client cannot be allowed anything so
   * @throws BadRequestException if a scope cannot
   */
  async put(key: OrganizationConsentKey, scope: string, actor: Originator): Promise<OrganizationConsent> {
    const { organizationId, clientId } = key;
    await this.changes.change([], async (tx, now) => {
      const { name } = await this.holdOrganization(tx, organizationId);
      const wanted = consentScope(scope);
      await this.check(tx, clientId, wanted);
      const present = await this.store.findHeld(tx, key);
      const givenBy = nameOf(actor);
      if (!present) {
        const times = { createdAt: now, updatedAt: now };
        await this.store.insert(tx, { ...key, id: newId(), scope: wanted, givenBy, ...times });
        const detail = { organization: organizationId, name, scope: wanted };
        await this.changes.record(tx, { event: 'organization.consent_given', actor, clientId, detail }, now);
        return;
      }
      const changes = memberChanges({ scope: present.scope }, { scope: wanted });
      if (!changes) return;
      await this.store.update(tx, present.id, { scope: wanted, givenBy, updatedAt: now });
      const detail = { organization: organizationId, name, changes };
      await this.changes.record(tx, { event: 'organization.consent_updated', actor, clientId, detail }, now);
    });
    return this.require(key);
  }

  /**
   * Has the members asked again. What the client was given before stays, unless its grants for the organization are revoked too. Then what
   * members allowed it themselves is forgotten as well.
   * @throws NotFoundException if there is no such organization, or nothing is allowed the client so
   */
  async withdraw(key: OrganizationConsentKey, revokesGrants: boolean, actor: Originator): Promise<void> {
    const { organizationId, clientId } = key;
    await this.changes.change([], async (tx, now) => {
      const { name } = await this.holdOrganization(tx, organizationId);
      // First, so that a grant that is being given is either seen by the next statement, or finds no consent.
      if (!(await this.store.remove(tx, key))) throw noConsent(clientId);
      const revoked = revokesGrants ? await this.revoke(tx, key, now) : 0;
      const detail = { organization: organizationId, name, revoked };
      await this.changes.record(
        tx,
        { event: 'organization.consent_withdrawn', actor, clientId, detail },
        now,
      );
    });
  }

  private async revoke(tx: Transaction, key: OrganizationConsentKey, now: number): Promise<number> {
    await this.consents.forgetForOrganization(tx, key.organizationId, key.clientId);
    return this.grants.revokeAll(tx, key, 'organization_consent_withdrawn', now);
  }

  /** Looks at the client and the scopes, which are held: neither is deleted meanwhile. */
  private async check(tx: Transaction, clientId: string, scope: string): Promise<void> {
    const client = await this.clients.hold(tx, clientId);
    if (client?.clientId !== clientId) throw unknownClient(clientId);
    const problem = clientProblem(client);
    if (problem !== undefined) throw new ConflictException(`the client ${clientId} ${problem}`);
    const resources = await this.resources.holdAll(tx);
    const known = new Set([...personScopes, ...resources.flatMap(({ scopes }) => Object.keys(scopes))]);
    const reason = scopeProblem(scope, client, known);
    if (reason !== undefined) throw invalidField('scope', reason);
  }

  private async holdOrganization(tx: Transaction, id: string): Promise<{ readonly name: string }> {
    const held = await this.organizations.hold(tx, id);
    if (!held) throw unknownOrganization(id);
    return held;
  }
}

const noConsent = (clientId: string): NotFoundException =>
  new NotFoundException(`the organization allows the client ${clientId} nothing`);
