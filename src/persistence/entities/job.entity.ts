import { Entity } from 'typeorm';
import { Count, Epoch, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

export const jobKinds = ['user_import', 'user_export'] as const;

export type JobKind = (typeof jobKinds)[number];

export const jobStates = ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export type JobState = (typeof jobStates)[number];

/** The forms of files with users. */
export const fileFormats = ['csv', 'jsonl'] as const;

export type FileFormat = (typeof fileFormats)[number];

/** What was asked of a job. */
export interface JobOptions {
  readonly format: FileFormat;
  /** Of an import: whether users that exist are changed. */
  readonly mode?: 'create' | 'upsert';
  /** Of an import: nothing is kept. */
  readonly dryRun?: boolean;
  /** Of an export: with the hashes of passwords. */
  readonly hashes?: boolean;
}

/** Work on many rows, which goes on in the background. */
@Entity('jobs')
export class Job {
  @Id() id: string;
  @Text(64) kind: JobKind;
  @Text(16) state: JobState;
  @Json() options: JobOptions;
  /** The actor in the audit trail who started it, and from where. */
  @Text() startedBy: string;
  @OptionalText(64) address: string | null;
  /** The scopes that the work may use, separated by spaces. */
  @LongText() scopes: string;
  @Count() total: number;
  /** Rows that are done. It is written together with what they changed. */
  @Count() done: number;
  @Count() created: number;
  @Count() updated: number;
  @Count() skipped: number;
  @Count() refused: number;
  /** Of an export: the last user that was written. */
  @OptionalText(36) lastUserId: string | null;
  /** Why it failed. */
  @OptionalText() problem: string | null;
  @Epoch() createdAt: number;
  @OptionalEpoch() startedAt: number | null;
  @OptionalEpoch() endedAt: number | null;
  /** The job, its errors and its result are kept until then. */
  @Epoch() expiresAt: number;
}
