import type { Configuration } from './configuration-file.js';
import type { PartCheck } from './part-check.js';
import type { ResourceCheck } from './resource-check.js';
import type { Section } from './sections.js';

/** Checks a configuration against the database, before anything is written. */
export class ConfigurationCheck {
  constructor(
    private readonly resources: ResourceCheck,
    private readonly checks: readonly PartCheck[],
  ) {}

  /**
   * @param prune the sections whose other entries will be deleted
   * @throws ConfigurationError naming every problem
   */
  async check(configuration: Configuration, prune: readonly Section[]): Promise<void> {
    const resources = await this.resources.resourcesAfter(configuration, prune.includes('resources'));
    const problems = [...configuration.problems, ...resources.problems];
    for (const check of this.checks)
      problems.push(...(await check.problems(configuration, { prune, resources })));
    configuration.refuse(problems);
  }
}
