import { BadRequestException } from '@nestjs/common';
import type { Command } from 'commander';
import { TrustedIssuerRegistration } from '../clients/trusted-issuers/trusted-issuer-registration.js';
import { PutTrustedIssuerDto, toTrustedIssuerDto } from '../clients/trusted-issuers/trusted-issuers.dto.js';
import { TrustedIssuersStore } from '../persistence/stores/trusted-issuers.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows } from './output.js';
import { actor, withService } from './service.js';

interface PutOptions extends JsonOption {
  readonly preset?: string;
  readonly issuer?: string;
  readonly jwksUri?: string;
  readonly client?: string[];
  readonly scope?: string;
  readonly claim?: string[];
}

/** `eyrie trusted-issuer …` */
export function addTrustedIssuerCommands(program: Command): void {
  const issuer = program
    .command('trusted-issuer')
    .description('manage issuers whose assertions are exchanged for tokens, or authenticate clients');

  issuer
    .command('put <name>')
    .description(
      'register an issuer for clients, or replace it; every member can be set by a file: see `eyrie apply`',
    )
    .option('--preset <preset>', 'kubernetes, github_actions, gitlab or spiffe')
    .option('--issuer <url>', 'the claim iss of its assertions; that of the preset if omitted')
    .option('--jwks-uri <url>', 'URL of its public keys; that of the preset if omitted')
    .option('--client <client_id...>', 'clients that may present its assertions')
    .option('--scope <scopes>', 'scopes that the tokens may have')
    .option('--claim <name=value...>', 'values that a claim may have; one that ends with * is a prefix')
    .option('--json', 'print JSON')
    .action(put);

  issuer
    .command('list')
    .description('list trusted issuers, oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withService(async (service) => {
        const all = (await service.get(TrustedIssuersStore).all()).map(toTrustedIssuerDto);
        printRows(
          all.map(({ name, enabled, issuer: url = '', clients }) => ({
            name,
            enabled,
            issuer: url,
            clients: clients.join(' '),
          })),
          options,
        );
      }),
    );

  issuer
    .command('show <name>')
    .description('show a trusted issuer')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        const found = await service.get(TrustedIssuerRegistration).require(name);
        printOne(toTrustedIssuerDto(found), options);
      }),
    );

  issuer
    .command('delete <name>')
    .description('delete a trusted issuer, and revoke the grants that came of its assertions')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(TrustedIssuerRegistration).delete(name, actor);
        printResult(`trusted issuer ${name} is deleted`, { name, deleted: true }, options);
      }),
    );
}

async function put(name: string, { json, client, claim, jwksUri, ...members }: PutOptions): Promise<void> {
  await withService(async (service) => {
    const given = await checked(PutTrustedIssuerDto, {
      name,
      ...members,
      ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
      clients: client ?? [],
      ...(claim === undefined ? {} : { claims: claimsOf(claim) }),
    });
    const registration = service.get(TrustedIssuerRegistration);
    await registration.put(given, actor);
    printOne(toTrustedIssuerDto(await registration.require(name)), { json });
  });
}

/** @throws BadRequestException */
function claimsOf(options: readonly string[]): Record<string, string[]> {
  const claims: Record<string, string[]> = {};
  for (const option of options) {
    const at = option.indexOf('=');
    if (at < 1) throw new BadRequestException(`--claim ${option} must have the form name=value`);
    (claims[option.slice(0, at)] ??= []).push(option.slice(at + 1));
  }
  return claims;
}
