import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { clientChanges } from '../clients/client-changes.js';
import { toMetadata } from '../clients/client-columns.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { ClientSecrets } from '../clients/client-secrets.js';
import { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { everyPage } from '../persistence/page.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { swaggerUiClientId } from './built-in-clients.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  newSecret,
  type PlannedItem,
  planEach,
  planOf,
  presentSecret,
} from './configured-kind.js';

/**
 * The clients of files. A client that exists keeps its secrets, unless it has none that it could use or the file enforces its own: that
 * replaces all existing ones at once. Clients that registered themselves or are
 * described by a document, and those that are part of the service, belong to no file.
 */
@Injectable()
export class ConfiguredClients implements ConfiguredKind {
  readonly section = 'clients';

  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly clientSecrets: ClientSecrets,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  plan({ clients }: Configuration): Promise<PlannedItem[]> {
    return planEach(clients, (entry) => this.planOne(entry));
  }

  private async planOne({
    client_id: name,
    client_secret: secret,
    enforce,
    disabled,
    ...given
  }: Configuration['clients'][number]): Promise<PlannedItem> {
    const kind = 'client';
    const members = clientChanges(given);
    const present = await this.clients.find(name);
    if (!present) {
      const told = { ...members, ...(secret && { client_secret: newSecret }), ...(disabled && { disabled }) };
      const changes = memberChanges({}, told) ?? {};
      const perform = (): Promise<unknown> =>
        this.registration.register({ client_id: name, client_secret: secret, ...members }, actor, {
          disabled: disabled ?? false,
        });
      return { kind, name, outcome: 'created', changes, perform };
    }
    const metadata = memberChanges(toMetadata(present), members);
    const replaced = await this.replacedSecret(present, secret, enforce);
    const isDisabled = present.disabledAt !== null;
    const state = disabled === undefined ? undefined : memberChanges({ disabled: isDisabled }, { disabled });
    const perform = async (): Promise<void> => {
      if (metadata) await this.registration.update(name, members, actor);
      if (replaced) await this.clientSecrets.rotate(name, 0, actor, secret);
      if (state) await this.registration.setDisabled(name, disabled === true, actor);
    };
    const changes = { ...metadata, ...replaced, ...state };
    return planOf({ kind, name, perform }, metadata || replaced || state ? changes : undefined);
  }

  async surplus({ clients }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(clients.map(({ client_id }) => client_id));
    const others = (await this.ofOperators()).filter(({ clientId }) => !named.has(clientId));
    return others.map(({ clientId: name }) =>
      deletionOf({ kind: 'client', name, perform: () => this.registration.delete(name, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    const clients = await this.ofOperators();
    return clients.map((client) => ({
      client_id: client.clientId,
      ...withoutDefaults(toMetadata(client)),
      ...(client.disabledAt !== null && { disabled: true }),
    }));
  }

  /** The clients that operators registered, the oldest first. */
  private async ofOperators(): Promise<Client[]> {
    const all = await everyPage((page) => this.clients.list(page));
    return all.filter(
      ({ clientId, registrationTokenHash, documentFetchedAt }) =>
        clientId !== swaggerUiClientId && registrationTokenHash === null && documentFetchedAt === null,
    );
  }

  /** The change of the secret, if the one of the file is to be set. */
  private async replacedSecret(
    present: Client,
    secret: string | undefined,
    enforce: boolean,
  ): Promise<Record<'client_secret', { from: string | null; to: string }> | undefined> {
    if (secret === undefined) return undefined;
    const registered = new RegisteredClient(present, await this.clients.secretsOf(present.clientId));
    const now = this.clock.now();
    const hasUsable = registered.hasUsableSecret(now);
    const isKept = enforce ? registered.hasSecret(this.secrets.clientSecretHashes(secret), now) : hasUsable;
    if (isKept) return undefined;
    return { client_secret: { from: hasUsable ? presentSecret : null, to: newSecret } };
  }
}

/** The members that a registration would not have by itself. */
function withoutDefaults(metadata: ClientMetadata): Partial<ClientMetadata> {
  let told = Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== null),
  ) as Partial<ClientMetadata>;
  for (const name of Object.keys(told) as (keyof ClientMetadata)[]) {
    const { [name]: value, ...rest } = told;
    if (isDeepStrictEqual(withDefaults(clientChanges(rest))[name], value)) told = rest;
  }
  return told;
}
