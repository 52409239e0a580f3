import type { Configuration } from './configuration-file.js';
import type { Section } from './sections.js';
import type { Problem } from './problems.js';

/** The resources once the file is applied. */
export interface KnownResources {
  readonly scopes: ReadonlySet<string>;
  readonly identifiers: readonly string[];
}

/** What a configuration will be applied to. */
export interface Intention {
  /** The sections whose other entries will be deleted. */
  readonly prune: readonly Section[];
  readonly resources: KnownResources;
}

/** Checks a part of a configuration against the database: one file, and one line in `configuration-checks.ts`. */
export interface PartCheck {
  /** What prevents that this part is applied. */
  problems(configuration: Configuration, intention: Intention): Promise<Problem[]> | Problem[];
}
