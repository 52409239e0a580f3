import { ClientDirectory } from '../../src/clients/client-directory.js';
import type { ClientDocuments } from '../../src/clients/documents/client-documents.js';
import { type ClientReach, registeredReach } from '../../src/clients/client-reach.js';
import type { RegistrableScopes } from '../../src/clients/registrable-scopes.js';
import { RegisteredClient } from '../../src/clients/registered-client.js';
import type { Client } from '../../src/persistence/entities/client.entity.js';
import type { ClientsStore } from '../../src/persistence/stores/clients.store.js';

describe('The client directory', () => {
  const client = (clientName: string, disabledAt: number | null = null): Client =>
    ({ clientId: 'writer', clientName, scope: '', documentFetchedAt: null, disabledAt }) as Client;

  const directoryOf = (store: object): ClientDirectory =>
    new ClientDirectory(
      store as ClientsStore,
      { withScopes: async (found: Client) => found } as unknown as RegistrableScopes,
      { allows: () => false } as unknown as ClientDocuments,
      { of: async (found: Client) => registeredReach(found) } as unknown as ClientReach,
      { profile: 'off' },
    );

  /** A store whose answers are let through one by one. */
  function slowStore() {
    const waiting: ((found: Client | null) => void)[] = [];
    const store = {
      find: () => new Promise<Client | null>((resolve) => waiting.push(resolve)),
      secretsOf: async () => [],
    };
    return {
      directory: directoryOf(store),
      readings: waiting,
      settle: () => new Promise((resolve) => setImmediate(resolve)),
    };
  }

  it('a client that is changed while it is being read is read again', async () => {
    const { directory, readings, settle } = slowStore();
    const found = directory.find('writer');
    await settle();
    directory.forget('writer');
    await settle();
    readings[0]?.(client('Before'));
    readings[1]?.(client('After'));
    expect((await found)?.name).toBe('After');
  });

  it('what was read before a change is not remembered after it', async () => {
    const { directory, readings, settle } = slowStore();
    const first = directory.find('writer');
    await settle();
    directory.forget('writer');
    await settle();
    for (const answer of readings.splice(0)) answer(client('Before'));
    await first;
    const second = directory.find('writer');
    await settle();
    readings[0]?.(client('After'));
    expect((await second)?.name).toBe('After');
  });

  it('many requests at once read a client once', async () => {
    const { directory, readings, settle } = slowStore();
    const found = Promise.all([directory.find('writer'), directory.find('writer'), directory.find('writer')]);
    await settle();
    expect(readings).toHaveLength(1);
    readings[0]?.(client('Writer'));
    expect((await found).every((one) => one instanceof RegisteredClient)).toBe(true);
  });

  it('an unknown client and a disabled one are not found', async () => {
    const { directory, readings, settle } = slowStore();
    const unknown = directory.find('writer');
    await settle();
    readings[0]?.(null);
    expect(await unknown).toBeUndefined();
    const disabled = directory.find('writer');
    await settle();
    readings[1]?.(client('Writer', 1));
    expect(await disabled).toBeUndefined();
  });

  it('a failure of the database is not taken for an unknown client', async () => {
    const store = {
      find: () => Promise.reject(new Error('no connection')),
      secretsOf: async () => [],
    };
    const directory = directoryOf(store);
    await expect(directory.find('writer')).rejects.toThrow('no connection');
  });
});
