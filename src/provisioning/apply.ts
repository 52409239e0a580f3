import { Injectable } from '@nestjs/common';
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
   * Applies files. Applying them again changes nothing; processes that apply at the same time take turns.
   * @throws ConfigurationError naming every problem, before anything is written
   */
  async apply(inputs: readonly ConfigurationInput[], options: ApplyOptions = {}): Promise<AppliedItem[]> {
    return this.inTurn.run('apply', async () => {
      const items = await this.plan(inputs, options);
      for (const { outcome, perform } of items) if (outcome !== 'unchanged') await perform();
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
