import { type Command, Option } from 'commander';
import { Clock } from '../config/clock.js';
import { type SigningAlgorithm, signingAlgorithms } from '../keys/jws.js';
import { KeyRing } from '../keys/key-ring.js';
import { KeyWithdrawal } from '../keys/key-withdrawal.js';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { print, printResult, printRows, type Row, time } from './output.js';
import { actor, withService } from './service.js';

interface RotateOptions {
  readonly alg?: readonly SigningAlgorithm[];
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `eyrie keys …` */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('list, rotate and withdraw signing keys');

  keys
    .command('list')
    .description('list the next, active and retired keys')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withService(async (service) => {
        const kept = await service.get(SigningKeysStore).kept(service.get(Clock).now());
        printRows(kept.map(toRow), options);
      }),
    );

  keys
    .command('rotate')
    .description('activate the next keys and retire the active ones; running servers follow within seconds')
    .addOption(
      new Option(
        '--alg <alg...>',
        'rotate only the keys of these algorithms; those that there are if omitted',
      ).choices(signingAlgorithms),
    )
    .option('--force', 'rotate again within a minute, although tokens may then fail to verify for a minute')
    .option('--json', 'print JSON')
    .action(({ alg, force, json }: RotateOptions) =>
      withService(async (service) => {
        const keyRing = service.get(KeyRing);
        const algorithms = [...new Set(alg ?? keyRing.algorithms)];
        const activated = await keyRing.rotate(algorithms, actor, { force });
        const rows = algorithms.map((algorithm, index) => ({ alg: algorithm, kid: activated[index] }));
        if (json) return printRows(rows, { json });
        for (const row of rows) print(`${row.alg} is signed with ${row.kid}`);
      }),
    );

  keys
    .command('withdraw <kid>')
    .description(
      'take a key out of use whose private part may be known: nothing that it signed verifies any more; an active key is replaced at once',
    )
    .option('--json', 'print JSON')
    .action((kid: string, options: { json?: boolean }) =>
      withService(async (service) => {
        await service.get(KeyWithdrawal).withdraw(kid, actor);
        printResult(`${kid} is withdrawn`, { kid, withdrawn: true }, options);
      }),
    );
}

function toRow(key: SigningKey): Row {
  return {
    kid: key.kid,
    alg: key.alg,
    state: key.state,
    signer: key.signer,
    created: time(key.createdAt),
    activated: time(key.activatedAt),
    retired: time(key.retiredAt),
  };
}
