import { type Command, InvalidArgumentError } from 'commander';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { ResourceRegistration } from '../resource/resource-registration.js';
import { PutResourceDto, toResourceDto } from '../resource/resources.dto.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, withService } from './service.js';

interface PutOptions extends JsonOption {
  readonly name: string;
  readonly scope: Readonly<Record<string, string>>;
  readonly typ?: string;
  readonly alg?: string;
}

/** `eyrie resource …` */
export function addResourceCommands(program: Command): void {
  const resource = program.command('resource').description('manage protected resources and their scopes');

  resource
    .command('put <identifier>')
    .description('register a protected resource, or replace its name and scopes')
    .requiredOption('--name <name>', 'name on the consent page')
    .option('--scope <scope=description...>', 'each scope with its words on the consent page', readScope, {})
    .option('--typ <typ>', 'typ of JWT access tokens: at+jwt or JWT; unchanged if omitted')
    .option('--alg <alg>', 'algorithm of JWT access tokens; unchanged if omitted')
    .option('--json', 'print JSON')
    .action(put);

  resource
    .command('list')
    .description('list protected resources')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withService(async (service) => {
        const resources = await service.get(ResourcesStore).all();
        printRows(
          resources.map(({ identifier, name, scopes, createdAt }) => ({
            identifier,
            name,
            scopes: Object.keys(scopes),
            created: time(createdAt),
          })),
          options,
        );
      }),
    );

  resource
    .command('show <identifier>')
    .description('show a protected resource')
    .option('--json', 'print JSON')
    .action((identifier: string, options: JsonOption) =>
      withService(async (service) =>
        printOne(toResourceDto(await service.get(ResourceRegistration).require(identifier)), options),
      ),
    );

  resource
    .command('delete <identifier>')
    .description('delete a protected resource: no token is issued for it any more')
    .option('--json', 'print JSON')
    .action((identifier: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(ResourceRegistration).delete(identifier, actor);
        printResult(`${identifier} is deleted`, { identifier, deleted: true }, options);
      }),
    );
}

async function put(identifier: string, { name, scope, typ, alg, ...options }: PutOptions): Promise<void> {
  const body = await checked(PutResourceDto, {
    identifier,
    name,
    scopes: scope,
    access_token_typ: typ,
    access_token_signing_alg: alg,
  });
  await withService(async (service) => {
    const written = await service.get(ResourceRegistration).put(body, actor);
    printResult(`${identifier} is registered`, toResourceDto(written), options);
  });
}

/** Adds `scope=description` to those before it. */
function readScope(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new InvalidArgumentError(
      'Write a scope with its description, such as "orders.read=Read your orders".',
    );
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
