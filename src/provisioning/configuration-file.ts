import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { Registration } from '../clients/client-registration.js';
import { usernameKey } from '../persistence/stores/users.store.js';
import { type SplitMetadata, splitTranslated } from '../protocol/client-metadata/translations.js';
import { normalizeUri } from '../protocol/uri.js';
import type { NewUser } from '../users/user-accounts.js';
import {
  ClientEntry,
  ConfigurationFileDto,
  type GroupEntry,
  type ResourceEntry,
  type RoleEntry,
  UserEntry,
} from './configuration-file.dto.js';
import { namedSecret } from './named-secret.js';
import { ConfigurationError, type Path, type Problem, problemsOf } from './problems.js';
import { resourceProblems } from './resource-rules.js';
import { roleKey } from './role-reference.js';
import { plainSecrets } from './secret-entries.js';
import { YamlSource } from './yaml-source.js';

/** An entry with a secret. */
export interface Enforceable {
  /** Whether the secret is set even if the client or user exists, and may have another one by now. */
  readonly enforce: boolean;
}

/** The contents of a configuration file, with the secrets that it refers to. */
export interface Configuration {
  readonly resources: readonly ResourceEntry[];
  readonly clients: readonly (Registration & { readonly client_id: string } & Enforceable)[];
  /** An existing user needs no password. */
  readonly users: readonly (Omit<NewUser, 'password'> &
    Pick<UserEntry, 'groups' | 'roles'> & { readonly password?: string } & Enforceable)[];
  readonly roles: readonly RoleEntry[];
  readonly groups: readonly GroupEntry[];
  /** The field of each user that gives the password. */
  readonly passwordFields: readonly ('password' | 'password_env')[];
  /** The problems that show without the database. */
  readonly problems: readonly Problem[];
  /**
   * @throws ConfigurationError naming these problems, if there are any
   */
  refuse(problems: readonly Problem[]): void;
}

/**
 * Reads a configuration file and checks what shows without the database: its form and fields, duplicates, and whether the
 * environment variables that it names exist.
 * @throws ConfigurationError if its form is wrong, so that nothing further can be checked
 */
export async function readConfiguration(file: string): Promise<Configuration> {
  const source = await YamlSource.read(file);
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw new ConfigurationError(source.describe(problems));
  };
  if (typeof source.value !== 'object' || source.value === null || Array.isArray(source.value))
    refuse([
      { path: [], reason: 'the file must hold a map with resources, clients, roles, groups or users' },
    ]);
  const { value, enforced, problems: misread } = plainSecrets(source.value as object);
  refuse(misread);
  const { plain, translated } = withoutTranslations(value);
  const content = plainToInstance(ConfigurationFileDto, plain);
  const faults = await validate(content, { whitelist: true, forbidNonWhitelisted: true });
  // The rules below rely on well-formed fields.
  refuse(faults.flatMap((fault) => problemsOf(fault)));

  const problems = [
    ...resourceProblems(content.resources),
    ...repeated(content.resources, 'resources', 'identifier', ({ identifier }) => normalizeUri(identifier)),
    ...repeated(content.clients, 'clients', 'client_id', ({ client_id }) => client_id),
    ...repeated(content.roles, 'roles', 'name', roleKey),
    ...repeated(content.groups, 'groups', 'name', ({ name }) => name),
    ...repeated(content.users, 'users', 'username', ({ username }) => usernameKey(username)),
  ];
  const report = (path: Path, reason: string): void => void problems.push({ path, reason });

  const clients = content.clients.map(({ client_secret_env: variable, client_id = '', ...client }, index) => {
    const entry = ['clients', index];
    if (client_id === '') report(entry, 'needs a client_id');
    const secret = namedSecret(ClientEntry, 'client_secret', client.client_secret, variable, (reason) =>
      report([...entry, 'client_secret_env'], reason),
    );
    return {
      ...client,
      ...translated[index],
      client_id,
      client_secret: secret,
      enforce: enforced.clients.has(index),
    };
  });
  const users = content.users.map(({ password_env: variable, ...user }, index) => ({
    ...user,
    password: namedSecret(UserEntry, 'password', user.password, variable, (reason) =>
      report(['users', index, 'password_env'], reason),
    ),
    enforce: enforced.users.has(index),
  }));
  const passwordFields = content.users.map(({ password_env: variable }) =>
    variable === undefined ? 'password' : 'password_env',
  );
  const { resources, roles, groups } = content;
  return { resources, clients, roles, groups, users, passwordFields, problems, refuse };
}

/** Sets the members of clients in other languages apart, which have any number of names: the rules of client metadata check them. */
function withoutTranslations(value: object): {
  readonly plain: object;
  readonly translated: readonly SplitMetadata['translated'][];
} {
  const { clients } = value as { clients?: unknown };
  if (!Array.isArray(clients)) return { plain: value, translated: [] };
  const split = clients.map((client: unknown) =>
    typeof client === 'object' && client !== null && !Array.isArray(client)
      ? splitTranslated(client)
      : { translated: {}, others: client },
  );
  return {
    plain: { ...value, clients: split.map(({ others }) => others) },
    translated: split.map(({ translated }) => translated),
  };
}

/** Entries that occur twice. */
function repeated<Entry>(
  entries: readonly Entry[],
  section: string,
  field: string,
  key: (entry: Entry) => string | undefined,
): Problem[] {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const name = key(entry);
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    return earlier === undefined
      ? []
      : [{ path: [section, index, field], reason: `is also used by ${section}[${earlier}]` }];
  });
}
