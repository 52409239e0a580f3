import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { Registration } from '../clients/client-registration.js';
import { usernameKey } from '../persistence/stores/users.store.js';
import { type SplitMetadata, splitTranslated } from '../protocol/client-metadata/translations.js';
import { normalizeUri } from '../protocol/uri.js';
import type { PutAssertionPolicyDto } from '../clients/assertion-policies/assertion-policies.dto.js';
import type { PutTrustedIssuerDto } from '../clients/trusted-issuers/trusted-issuers.dto.js';
import type { PutUpstreamDto } from '../sign-in/upstream/upstreams.dto.js';
import type { NewUser } from '../users/user-accounts.js';
import {
  type AttributeEntry,
  ClientEntry,
  ConfigurationFileDto,
  type GroupEntry,
  type ResourceEntry,
  UpstreamEntry,
  type RoleEntry,
  UserEntry,
} from './configuration-file.dto.js';
import { type ClaimEntry, rulesOf } from './claim-entries.js';
import { type ConfigurationInput, ConfigurationSource } from './configuration-source.js';
import type { OrganizationEntry } from './organization-entries.js';
import { resolveReferences } from './environment-references.js';
import { hasSecret, namedSecret, usedForm } from './named-secret.js';
import { ConfigurationError, type Path, type Problem, problemsOf } from './problems.js';
import type { PutDetailTypeDto } from '../resource/authorization-details/detail-types.dto.js';
import { resourceProblems } from './resource-rules.js';
import { roleKey } from '../directory/role-reference.js';
import { plainSecrets } from './secret-entries.js';

/** An entry with a secret. */
export interface Enforceable {
  /** Whether the secret is set even if the client or user exists, and may have another one by now. */
  readonly enforce: boolean;
}

/** The contents of configuration files, with the secrets that they refer to. */
export interface Configuration {
  readonly resources: readonly ResourceEntry[];
  readonly clients: readonly (Registration &
    Pick<ClientEntry, 'disabled'> & { readonly client_id: string } & Enforceable)[];
  /** An existing user needs no password. */
  readonly users: readonly (Omit<NewUser, 'password'> &
    Pick<UserEntry, 'groups' | 'roles' | 'attributes' | 'password_hash' | 'disabled'> & {
      readonly password?: string;
    } & Enforceable)[];
  readonly roles: readonly RoleEntry[];
  readonly groups: readonly GroupEntry[];
  readonly attributes: readonly AttributeEntry[];
  readonly claims: readonly ClaimEntry[];
  readonly upstreams: readonly PutUpstreamDto[];
  readonly trusted_issuers: readonly PutTrustedIssuerDto[];
  readonly assertion_policies: readonly PutAssertionPolicyDto[];
  readonly authorization_details_types: readonly PutDetailTypeDto[];
  readonly organizations: readonly OrganizationEntry[];
  /** The field of each user that gives the password. */
  readonly passwordFields: readonly ('password' | 'password_env' | 'password_file')[];
  /** The problems that show without the database. */
  readonly problems: readonly Problem[];
  /**
   * @throws ConfigurationError naming these problems, if there are any
   */
  refuse(problems: readonly Problem[]): void;
}

/**
 * Reads configuration files and checks what shows without the database: their form and fields, duplicates, and whether the
 * environment variables and the files with secrets that they name exist.
 * @param inputs files and folders, which make one configuration together
 * @throws ConfigurationError if their form is wrong, so that nothing further can be checked
 */
export async function readConfiguration(inputs: readonly ConfigurationInput[]): Promise<Configuration> {
  const source = await ConfigurationSource.read(inputs);
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw new ConfigurationError(source.describe(problems));
  };
  const resolved = resolveReferences(source.value);
  refuse(resolved.problems);
  const { value, enforced, problems: misread } = plainSecrets(resolved.value as object);
  refuse(misread);
  const { plain, translated } = withoutTranslations(value);
  const content = plainToInstance(ConfigurationFileDto, plain);
  const faults = await validate(content, { whitelist: true, forbidNonWhitelisted: true });
  // The rules below rely on well-formed fields.
  refuse(faults.flatMap((fault) => problemsOf(fault)));

  const repeated = <Entry>(
    entries: readonly Entry[],
    section: string,
    field: string,
    key: (entry: Entry) => string | undefined,
  ): Problem[] =>
    repetitions(entries, key).map(({ index, earlier }) => ({
      path: [section, index, field],
      reason: `is also used by ${source.placeOf(section, earlier)}`,
    }));
  const problems = [
    ...resourceProblems(content.resources, (index) => source.placeOf('resources', index)),
    ...repeated(content.resources, 'resources', 'identifier', ({ identifier }) => normalizeUri(identifier)),
    ...repeated(content.clients, 'clients', 'client_id', ({ client_id }) => client_id),
    ...repeated(content.roles, 'roles', 'name', roleKey),
    ...repeated(content.groups, 'groups', 'name', ({ name }) => name),
    ...repeated(content.attributes, 'attributes', 'name', ({ name }) => name),
    ...repeated(content.claims, 'claims', 'name', (entry) =>
      JSON.stringify(rulesOf(entry).map(({ name }) => name)),
    ),
    ...repeated(content.users, 'users', 'username', ({ username }) => usernameKey(username)),
    ...repeated(content.upstreams, 'upstreams', 'alias', ({ alias }) => alias),
    ...repeated(
      content.authorization_details_types,
      'authorization_details_types',
      'type',
      ({ type }) => type,
    ),
    ...repeated(content.trusted_issuers, 'trusted_issuers', 'name', ({ name }) => name),
    ...repeated(content.assertion_policies, 'assertion_policies', 'name', ({ name }) => name),
    ...repeated(content.organizations, 'organizations', 'name', ({ name }) => name),
  ];
  const report = (path: Path, reason: string): void => void problems.push({ path, reason });

  const secretOf = <Entry extends object>(
    type: new () => Entry,
    field: keyof Entry & string,
    [section, index]: readonly [string, number],
    entry: object,
  ): string | undefined =>
    namedSecret(type, field, entry, source.folderOf(section, index), (form, reason) =>
      report([section, index, form], reason),
    );
  const clients = content.clients.map((entry, index) => {
    const { client_secret_env: _variable, client_secret_file: _file, client_id = '', ...client } = entry;
    if (client_id === '') report(['clients', index], 'needs a client_id');
    return {
      ...client,
      ...translated[index],
      client_id,
      client_secret: secretOf(ClientEntry, 'client_secret', ['clients', index], entry),
      enforce: enforced.clients.has(index),
    };
  });
  const users = content.users.map((entry, index) => {
    const { password_env: _variable, password_file: _file, ...user } = entry;
    if (user.password_hash !== undefined && hasSecret(entry, 'password'))
      report(
        ['users', index, 'password_hash'],
        `cannot stand beside ${usedForm(entry, 'password')}: keep one of them`,
      );
    return {
      ...user,
      password: secretOf(UserEntry, 'password', ['users', index], entry),
      enforce: enforced.users.has(index),
    };
  });
  const upstreams = content.upstreams.map((entry, index) => {
    const { client_secret_env: _variable, client_secret_file: _file, ...upstream } = entry;
    const secret = secretOf(UpstreamEntry, 'client_secret', ['upstreams', index], entry);
    return { ...upstream, ...(secret === undefined ? {} : { client_secret: secret }) };
  });
  const passwordFields = content.users.map((entry) => usedForm(entry, 'password'));
  const { resources, roles, groups, attributes, claims, trusted_issuers, assertion_policies } = content;
  const { authorization_details_types, organizations } = content;
  return {
    resources,
    clients,
    roles,
    groups,
    attributes,
    claims,
    upstreams,
    trusted_issuers,
    assertion_policies,
    authorization_details_types,
    organizations,
    users,
    passwordFields,
    problems,
    refuse,
  };
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

/** The entries with the key of an earlier one. */
function repetitions<Entry>(
  entries: readonly Entry[],
  key: (entry: Entry) => string | undefined,
): { readonly index: number; readonly earlier: number }[] {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const name = key(entry);
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    return earlier === undefined ? [] : [{ index, earlier }];
  });
}
