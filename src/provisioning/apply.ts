import { HttpException, Injectable } from '@nestjs/common';
import { Database } from '../persistence/database.js';
import { ApplyError } from './apply-error.js';
import { ConfigurationCheck } from './configuration-check.js';
import { type Configuration, readConfiguration } from './configuration-file.js';
import type { ConfigurationInput } from './configuration-source.js';
import type { AppliedItem, PlannedItem } from './configured-kind.js';
import type { Section } from './sections.js';
import { ConfiguredKinds } from './configured-kinds.js';
import { InTurn } from './in-turn.js';

/** What is done beside what the files say. */
export interface ApplyOptions {
  /** The sections whose entries are deleted if the files do not name them. */
  readonly prune?: readonly Section[];
}

/** Configuration as code: creates and updates what files name, and leaves everything else alone unless it is to be pruned. */
@Injectable()
export class Apply {
  constructor(
    private readonly checks: ConfigurationCheck,
    private readonly kinds: ConfiguredKinds,
    private readonly inTurn: InTurn,
    private readonly database: Database,
  ) {}

  /**
   * Reads and checks files without writing anything.
   * @param inputs files and folders, which make one configuration together
   * @throws ConfigurationError naming every problem
   */
  async check(
    inputs: readonly ConfigurationInput[],
    { prune = [] }: ApplyOptions = {},
  ): Promise<Configuration> {
    const configuration = await readConfiguration(inputs);
    await this.checks.check(configuration, prune);
    return configuration;
  }

  /**
   * What applying the files would do. Writes nothing.
   * @throws ConfigurationError naming every problem
   */
  async plan(inputs: readonly ConfigurationInput[], options: ApplyOptions = {}): Promise<PlannedItem[]> {
    const configuration = await this.check(inputs, options);
    const { prune = [] } = options;
    const items: PlannedItem[] = [];
    for (const kind of this.kinds.inOrder) items.push(...(await kind.plan(configuration)));
    for (const kind of this.kinds.inOrder.toReversed()) {
      if (prune.includes(kind.section)) items.push(...(await kind.surplus(configuration)));
    }
    return items;
  }

  /**
   * Applies files in one transaction: all of it, or nothing. Applying them again changes nothing; processes that apply at the same time
   * take turns.
   * @throws ConfigurationError naming every problem, before anything is written
   * @throws ApplyError naming the entry that failed; nothing was changed
   */
  async apply(inputs: readonly ConfigurationInput[], options: ApplyOptions = {}): Promise<AppliedItem[]> {
    return this.inTurn.run('apply', async () => {
      const items = await this.plan(inputs, options);
      const changed = items.filter(({ outcome }) => outcome !== 'unchanged');
      for (const { prepare } of changed) await prepare?.();
      if (changed.length > 0) await this.database.wholly(() => performAll(changed));
      return items.map(({ kind, name, outcome }) => ({ kind, name, outcome }));
    });
  }

  /** Everything that files can configure, by section and without secrets. A plan of it changes nothing. */
  async export(sections: readonly Section[]): Promise<Partial<Record<Section, object[]>>> {
    const chosen = this.kinds.inOrder.filter(({ section }) => sections.includes(section));
    const exported: Partial<Record<Section, object[]>> = {};
    for (const kind of chosen) exported[kind.section] = await kind.exported();
    return exported;
  }
}

/** @throws ApplyError for an entry that is refused; what concerns the database as a whole stays as it is */
async function performAll(items: readonly PlannedItem[]): Promise<void> {
  for (const { kind, name, perform } of items) {
    try {
      await perform();
    } catch (error) {
      throw error instanceof HttpException ? new ApplyError(kind, name, error) : error;
    }
  }
}
