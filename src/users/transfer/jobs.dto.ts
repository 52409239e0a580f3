import { ApiProperty } from '@nestjs/swagger';
import {
  fileFormats,
  type FileFormat,
  type Job,
  type JobKind,
  jobKinds,
  type JobState,
  jobStates,
} from '../../persistence/entities/job.entity.js';
import type { RowError } from '../../persistence/stores/job-files.store.js';
import { ChoiceField, FlagField, QueryFlagField } from '../../resource/fields.js';
import { PageOf, TimedPageQuery } from '../../resource/paging.dto.js';

const epoch = 'in seconds since the epoch';

/** How a file is imported. */
export class UserImportQuery {
  @ChoiceField({
    values: ['create', 'upsert'],
    default: 'create',
    description:
      'What happens with users who exist: `create` skips them, `upsert` changes the members that their row has. Their passwords stay',
  })
  mode: 'create' | 'upsert' = 'create';

  @QueryFlagField({ default: false, description: 'Keeps nothing: the job says what would happen' })
  dry_run: boolean = false;
}

/** What is exported. */
export class UserExportDto {
  @ChoiceField({ values: fileFormats, default: 'csv', description: 'CSV, or JSON lines' })
  format: FileFormat = 'csv';

  @FlagField({
    default: false,
    description: 'Whether the file holds the hashes of passwords; for administrators alone',
  })
  hashes: boolean = false;
}

/** The form of a file. */
export class FileFormatQuery {
  @ChoiceField({ values: fileFormats, default: 'jsonl', description: 'CSV, or JSON lines' })
  format: FileFormat = 'jsonl';
}

/** Filter for the list of jobs. */
export class JobsQuery extends TimedPageQuery {
  @ChoiceField({ values: jobKinds, optional: true })
  kind?: JobKind;

  @ChoiceField({ values: jobStates, optional: true })
  state?: JobState;
}

/** Why a row was refused. */
export class RowErrorDto {
  @ApiProperty({ type: 'integer', description: 'The line of the file' })
  line: number;

  @ApiProperty({ type: String, nullable: true, example: 'alice' })
  username: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'email',
    description: 'The member that is invalid; null if it is the row',
  })
  member: string | null;

  @ApiProperty({ example: 'email must be an email' })
  reason: string;
}

/** An import or export, and how far it is. */
export class JobDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: jobKinds })
  kind: JobKind;

  @ApiProperty({ enum: jobStates })
  state: JobState;

  @ApiProperty({ enum: fileFormats })
  format: FileFormat;

  @ApiProperty({
    type: String,
    enum: ['create', 'upsert'],
    nullable: true,
    description: 'Of an import; null for an export',
  })
  mode: 'create' | 'upsert' | null;

  @ApiProperty({ description: 'Whether nothing is kept' })
  dry_run: boolean;

  @ApiProperty({ description: 'Whether the result holds the hashes of passwords' })
  hashes: boolean;

  @ApiProperty({ example: 'client:provisioner', description: 'Who started it, as in the audit trail' })
  started_by: string;

  @ApiProperty({ type: 'integer', description: 'Rows' })
  total: number;

  @ApiProperty({ type: 'integer', description: 'Rows that are done' })
  done: number;

  @ApiProperty({ type: 'integer', description: 'Users that were created' })
  created: number;

  @ApiProperty({ type: 'integer', description: 'Users that were changed' })
  updated: number;

  @ApiProperty({ type: 'integer', description: 'Rows that change nothing' })
  skipped: number;

  @ApiProperty({ type: 'integer', description: 'Rows that were refused' })
  refused: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why the job failed' })
  problem: string | null;

  @ApiProperty({ type: 'integer', description: `Time at which it was started, ${epoch}` })
  created_at: number;

  @ApiProperty({ type: 'integer', nullable: true, description: `Time of the first rows, ${epoch}` })
  started_at: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: `Time at which it ended, ${epoch}` })
  ended_at: number | null;

  @ApiProperty({ type: 'integer', description: `The job and its result are deleted at this time, ${epoch}` })
  expires_at: number;
}

/** A job with its first errors. */
export class JobWithErrorsDto extends JobDto {
  @ApiProperty({ type: [RowErrorDto], description: 'The first 20 errors' })
  errors: RowErrorDto[];
}

export class JobPageDto extends PageOf(JobDto) {}

/** A job in the form of the admin API. */
export function toJobDto({ options, ...job }: Job): JobDto {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    format: options.format,
    mode: options.mode ?? null,
    dry_run: options.dryRun ?? false,
    hashes: options.hashes ?? false,
    started_by: job.startedBy,
    total: job.total,
    done: job.done,
    created: job.created,
    updated: job.updated,
    skipped: job.skipped,
    refused: job.refused,
    problem: job.problem,
    created_at: job.createdAt,
    started_at: job.startedAt,
    ended_at: job.endedAt,
    expires_at: job.expiresAt,
  };
}

export const toRowErrorDto = ({ line, username, member, reason }: RowError): RowError => ({
  line,
  username,
  member,
  reason,
});
