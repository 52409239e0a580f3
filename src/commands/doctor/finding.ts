import type { INestApplicationContext } from '@nestjs/common';

/** An error keeps people or clients from being served, or puts them at risk; a warning will, or may; a note is worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** Something that an operator can improve. */
export interface Finding {
  readonly severity: Severity;
  /** What it is about: a setting, a client_id, a table. */
  readonly about: string;
  readonly finding: string;
  readonly remedy: string;
}

/** Looks at one part of the service. Writes nothing. */
export type Check = (service: INestApplicationContext) => Promise<readonly Finding[]>;

export const error = (about: string, finding: string, remedy: string): Finding => ({
  severity: 'error',
  about,
  finding,
  remedy,
});

export const warning = (about: string, finding: string, remedy: string): Finding => ({
  severity: 'warning',
  about,
  finding,
  remedy,
});

export const note = (about: string, finding: string, remedy: string): Finding => ({
  severity: 'note',
  about,
  finding,
  remedy,
});
