import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { environmentValue } from '../config/settings.js';
import { usernameKey } from '../persistence/stores/users.store.js';
import {
  type ClientEntry,
  ConfigurationFileDto,
  type ResourceEntry,
  type UserEntry,
} from './configuration-file.dto.js';
import { ConfigurationError, type Path, type Problem } from './problems.js';
import { resourceProblems } from './resource-rules.js';
import { YamlSource } from './yaml-source.js';

/** What a configuration file says, its secrets read from where it names them. */
export interface Configuration {
  readonly resources: readonly ResourceEntry[];
  readonly clients: readonly Omit<ClientEntry, 'client_secret_env'>[];
  readonly users: readonly Omit<UserEntry, 'password_env'>[];
  /** Ends with every problem that the reader of this configuration finds in it, if there is any. */
  refuse(problems: readonly Problem[]): void;
}

/**
 * Reads a configuration file and checks what can be checked of it alone: its form, its fields, what it says twice, and that
 * the environment holds what it names.
 * @throws ConfigurationError naming every problem
 */
export async function readConfiguration(file: string): Promise<Configuration> {
  const source = await YamlSource.read(file);
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0)
      throw new ConfigurationError(problems.map((problem) => source.describe(problem)));
  };
  if (typeof source.value !== 'object' || source.value === null || Array.isArray(source.value)) {
    refuse([{ path: [], reason: 'the file must hold a map with resources, clients or users' }]);
  }
  const content = plainToInstance(ConfigurationFileDto, source.value);
  const faults = await validate(content, { whitelist: true, forbidNonWhitelisted: true });
  // Entries that are not even of the right form are not looked at further.
  refuse(faults.flatMap((fault) => problemsOf(fault, [])));

  const problems: Problem[] = [];
  const secret = (
    direct: string | undefined,
    variable: string | undefined,
    path: Path,
  ): string | undefined => {
    const { value, reason } = secretOf(direct, variable);
    if (reason) problems.push({ path, reason });
    return value;
  };
  const resources = content.resources;
  const clients = content.clients.map(({ client_secret, client_secret_env, ...client }, index) => ({
    ...client,
    client_secret: secret(client_secret, client_secret_env, ['clients', index, 'client_secret_env']),
  }));
  const users = content.users.map(({ password, password_env, ...user }, index) => ({
    ...user,
    password: secret(password, password_env, ['users', index, 'password_env']),
  }));
  refuse([
    ...resourceProblems(resources),
    ...repeated(resources, 'resources', 'identifier', ({ identifier }) => identifier),
    ...repeated(clients, 'clients', 'client_id', ({ client_id }) => client_id),
    ...repeated(users, 'users', 'username', ({ username }) => usernameKey(username)),
    ...problems,
  ]);
  return { resources, clients, users, refuse };
}

/** class-validator's tree of faults, flat, with paths; its messages begin with the field's name, which the path tells already. */
function problemsOf({ property, constraints = {}, children = [] }: ValidationError, parent: Path): Problem[] {
  const path = [...parent, /^\d+$/.test(property) ? Number(property) : property];
  const own = Object.entries(constraints)
    // A list that is no list has entries of the wrong form too.
    .filter(([rule]) => !(rule === 'nestedValidation' && 'isArray' in constraints))
    .map(([rule, message]) => ({ path, reason: reasons[rule] ?? withoutName(message, property) }));
  return [...own, ...children.flatMap((child) => problemsOf(child, path))];
}

const reasons: Readonly<Record<string, string>> = {
  whitelistValidation: 'is not a field that is known here',
  nestedValidation: 'must be a map of fields',
};

const withoutName = (message: string, property: string): string =>
  message.startsWith(`${property} `)
    ? message.slice(property.length + 1)
    : message.replace(` in ${property} `, ' ');

/** What is said of the same thing twice. */
function repeated<Entry>(
  entries: readonly Entry[],
  list: string,
  field: string,
  key: (entry: Entry) => string,
): Problem[] {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const earlier = first.get(key(entry));
    if (earlier === undefined) first.set(key(entry), index);
    return earlier === undefined
      ? []
      : [{ path: [list, index, field], reason: `is that of ${list}[${earlier}] too` }];
  });
}

/** A secret that stands in the file, or in the environment variable that the file names. */
function secretOf(
  direct: string | undefined,
  variable: string | undefined,
): { readonly value?: string; readonly reason?: string } {
  if (variable === undefined) return { value: direct };
  if (direct !== undefined) return { reason: 'cannot stand beside the secret itself: keep one of them' };
  const value = environmentValue(variable);
  return value === undefined ? { reason: `names ${variable}: set it in the environment` } : { value };
}
