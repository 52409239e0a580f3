import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { clientChanges, defined } from '../clients/client-changes.js';
import { toMetadata } from '../clients/client-columns.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { PasswordHasher } from '../crypto/password.js';
import { Secrets } from '../crypto/secrets.js';
import { Database } from '../persistence/database.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { UserAccounts } from '../users/user-accounts.js';
import { toProfile } from '../users/user-profile.js';
import { ConfigurationCheck } from './configuration-check.js';
import { type Configuration, readConfiguration } from './configuration-file.js';
import { InTurn } from './in-turn.js';

/** What applying did to one item of the file. */
export interface AppliedItem {
  readonly kind: 'resource' | 'client' | 'user';
  /** Its identifier, client_id or username. */
  readonly name: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

const actor = 'eyrie:apply';

/** Configuration as code: brings resources, clients and users to what a file says, and leaves what it does not name. */
@Injectable()
export class Apply {
  constructor(
    private readonly checks: ConfigurationCheck,
    private readonly inTurn: InTurn,
    private readonly resources: ResourcesStore,
    private readonly catalogue: ResourceCatalogue,
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly audit: AuditStore,
    private readonly database: Database,
    private readonly secrets: Secrets,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads a file and checks it as a whole; writes nothing.
   * @throws ConfigurationError naming every problem
   */
  async check(file: string): Promise<Configuration> {
    const configuration = await readConfiguration(file);
    await this.checks.check(configuration);
    return configuration;
  }

  /**
   * Applies a file that is without fault. Doing so twice changes nothing the second time; processes that apply at once do it
   * one after the other.
   * @throws ConfigurationError naming every problem, before anything is written
   */
  async apply(file: string): Promise<AppliedItem[]> {
    return this.inTurn.run('apply', async () => {
      const { resources, clients, users } = await this.check(file);
      const items: AppliedItem[] = [];
      for (const resource of resources)
        items.push({
          kind: 'resource',
          name: resource.identifier,
          outcome: await this.applyResource(resource),
        });
      for (const client of clients)
        items.push({ kind: 'client', name: client.client_id, outcome: await this.applyClient(client) });
      for (const user of users)
        items.push({ kind: 'user', name: user.username, outcome: await this.applyUser(user) });
      return items;
    });
  }

  private async applyResource({
    identifier,
    name,
    scopes,
  }: Configuration['resources'][number]): Promise<Outcome> {
    const present = (await this.resources.all()).find((resource) => resource.identifier === identifier);
    if (present?.name === name && isDeepStrictEqual(present.scopes, { ...scopes })) return 'unchanged';
    const now = this.clock.now();
    const outcome = await this.database.write(async (tx) => {
      const done = await this.resources.put(tx, identifier, name, scopes, now);
      await this.audit.record(tx, { event: `resource.${done}`, actor, detail: { identifier } }, now);
      return done;
    });
    this.catalogue.forget();
    return outcome;
  }

  private async applyClient({
    client_id,
    client_secret,
    ...given
  }: Configuration['clients'][number]): Promise<Outcome> {
    const present = await this.clients.find(client_id);
    if (!present) {
      await this.registration.register({ client_id, client_secret, ...clientChanges(given) }, actor);
      return 'created';
    }
    const changes = clientChanges(given);
    const differs = !isDeepStrictEqual({ ...toMetadata(present), ...changes }, toMetadata(present));
    if (differs) await this.registration.update(client_id, changes, actor);
    if (client_secret === undefined) return differs ? 'updated' : 'unchanged';

    const registered = new RegisteredClient(present, await this.clients.secretsOf(client_id));
    const known = registered.hasSecret(this.secrets.hashClientSecret(client_secret), this.clock.now());
    if (!known) await this.registration.rotateSecret(client_id, 0, actor, client_secret);
    return differs || !known ? 'updated' : 'unchanged';
  }

  private async applyUser({
    username,
    password,
    ...given
  }: Configuration['users'][number]): Promise<Outcome> {
    const present = await this.users.findByUsername(username);
    if (!present) {
      if (password === undefined) throw new Error(`${username} was deleted while the file was applied`);
      await this.accounts.create({ ...given, username, password }, actor);
      return 'created';
    }
    const before = { ...toProfile(present), administrator: present.administrator };
    const differs = !isDeepStrictEqual({ ...before, ...defined(given) }, before);
    if (differs) await this.accounts.update(present.id, given, actor);
    if (password === undefined) return differs ? 'updated' : 'unchanged';

    const known = await this.hasher.verify(await this.users.passwordHash(present.id), password);
    if (!known) await this.accounts.setPassword(present.id, password, actor);
    return differs || !known ? 'updated' : 'unchanged';
  }
}

type Outcome = AppliedItem['outcome'];
