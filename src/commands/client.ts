import { type Command, Option } from 'commander';
import { ClientRegistration } from '../clients/client-registration.js';
import { ClientSecrets } from '../clients/client-secrets.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { RegisterClientDto, RotateSecretDto, toClientDto, UpdateClientDto } from '../clients/clients.dto.js';
import { clientChanges } from '../clients/client-changes.js';
import { everyPage } from '../persistence/page.js';
import { checkedMetadata, membersHelp, readMembers } from './client-members.js';
import { checked, readSecret, wholeNumber } from './input.js';
import { printOne, printResult, printRows, type JsonOption, type Row, time } from './output.js';
import { actor, withService } from './service.js';

interface CreateOptions extends JsonOption {
  readonly id?: string;
  readonly name?: string;
  readonly redirectUri?: string[];
  readonly postLogoutRedirectUri?: string[];
  readonly grantType?: string[];
  readonly authMethod?: string;
  readonly scope?: string;
  readonly introspectionResource?: string[];
  readonly introspects?: string[];
  readonly set?: string[];
  readonly secretStdin?: boolean;
}

/** `eyrie client …` */
export function addClientCommands(program: Command): void {
  const client = program.command('client').description('manage relying parties and resource servers');

  client
    .command('create')
    .description('register a client; its secret is generated and shown once')
    .option('--id <client_id>', 'client_id; generated if omitted')
    .option('--name <name>', 'name on the consent page')
    .option('--redirect-uri <uri...>', 'redirection URIs')
    .option('--post-logout-redirect-uri <uri...>', 'post-logout redirection URIs')
    .option('--grant-type <type...>', 'authorization_code, refresh_token, client_credentials')
    .option('--auth-method <method>', 'client_secret_basic, client_secret_post, or none for a public client')
    .option('--scope <scope>', 'scopes that it may request, separated by spaces')
    .option('--introspection-resource <identifier...>', 'resources whose tokens it may introspect')
    .addOption(
      new Option('--introspects <identifier...>', 'former name of --introspection-resource').hideHelp(),
    )
    .option('--set <member=value...>', 'any member of client metadata (see below)')
    .option('--secret-stdin', 'read the secret from standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', membersHelp())
    .action(create);

  client
    .command('list')
    .description('list all clients, oldest first')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withService(async (service) => {
        const store = service.get(ClientsStore);
        const clients = await everyPage((page) => store.list(page));
        printRows(clients.map(toRow), options);
      }),
    );

  client
    .command('show <client_id>')
    .description('show all metadata of a client')
    .option('--json', 'print JSON')
    .action((clientId: string, options: JsonOption) =>
      withService(async (service) =>
        printOne(toClientDto(await service.get(ClientRegistration).require(clientId)), options),
      ),
    );

  client
    .command('update <client_id>')
    .description('change members of client metadata; the others stay unchanged')
    .requiredOption('--set <member=value...>', 'any member of client metadata (see below)')
    .option('--json', 'print JSON')
    .addHelpText('after', membersHelp())
    .action(update);

  client
    .command('disable <client_id>')
    .description('reject all requests of a client; its tokens become inactive')
    .option('--json', 'print JSON')
    .action((clientId: string, options: JsonOption) => setDisabled(clientId, true, options));
  client
    .command('enable <client_id>')
    .description('accept requests of a client again')
    .option('--json', 'print JSON')
    .action((clientId: string, options: JsonOption) => setDisabled(clientId, false, options));

  client
    .command('delete <client_id>')
    .description('delete a client, and revoke its grants and tokens')
    .option('--json', 'print JSON')
    .action((clientId: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(ClientRegistration).delete(clientId, actor);
        printResult(`${clientId} is deleted`, { client_id: clientId, deleted: true }, options);
      }),
    );

  client
    .command('rotate-secret <client_id>')
    .description('generate a new secret, which is shown once')
    .option(
      '--overlap <seconds>',
      'seconds for which the previous secrets remain valid',
      wholeNumber(0),
      86_400,
    )
    .option('--secret-stdin', 'read the new secret from standard input')
    .option('--json', 'print JSON')
    .action(rotateSecret);
}

async function create(options: CreateOptions): Promise<void> {
  const metadata = readMembers(options.set ?? [], {
    client_name: options.name,
    redirect_uris: options.redirectUri,
    post_logout_redirect_uris: options.postLogoutRedirectUri,
    grant_types: options.grantType,
    token_endpoint_auth_method: options.authMethod,
    scope: options.scope,
    introspection_resources: options.introspectionResource ?? options.introspects,
  });
  const registration = await checkedMetadata(RegisterClientDto, {
    ...metadata,
    client_id: options.id,
    client_secret: options.secretStdin ? await readSecret() : undefined,
  });
  await withService(async (service) => {
    const { client, secret } = await service.get(ClientRegistration).register(registration, actor);
    const shown = options.secretStdin ? undefined : secret;
    printOne(
      { client_id: client.clientId, ...(shown === undefined ? {} : { client_secret: shown }) },
      options,
    );
  });
}

async function rotateSecret(
  clientId: string,
  options: { overlap: number; secretStdin?: boolean; json?: boolean },
): Promise<void> {
  const { overlap } = await checked(RotateSecretDto, { overlap: options.overlap });
  const chosen = options.secretStdin ? await readSecret() : undefined;
  if (chosen !== undefined) await checked(RegisterClientDto, { client_secret: chosen });
  await withService(async (service) => {
    const secret = await service.get(ClientSecrets).rotate(clientId, overlap, actor, chosen);
    printOne({ client_id: clientId, ...(chosen === undefined ? { client_secret: secret } : {}) }, options);
  });
}

async function update(clientId: string, options: JsonOption & { set: string[] }): Promise<void> {
  const changes = clientChanges(await checkedMetadata(UpdateClientDto, readMembers(options.set, {})));
  await withService(async (service) => {
    const client = await service.get(ClientRegistration).update(clientId, changes, actor);
    printResult(`${clientId} is updated`, toClientDto(client), options);
  });
}

async function setDisabled(clientId: string, disabled: boolean, options: JsonOption): Promise<void> {
  await withService(async (service) => {
    await service.get(ClientRegistration).setDisabled(clientId, disabled, actor);
    printResult(
      `${clientId} is ${disabled ? 'disabled' : 'enabled'}`,
      { client_id: clientId, disabled },
      options,
    );
  });
}

function toRow(client: Client): Row {
  return {
    client_id: client.clientId,
    name: client.clientName,
    grant_types: client.grantTypes,
    auth_method: client.tokenEndpointAuthMethod,
    scope: client.scope,
    disabled: client.disabledAt !== null,
    created: time(client.createdAt),
  };
}
