import { BadRequestException, HttpException, Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { Changes } from '../../audit/changes.js';
import { violationsOf } from '../../http/field-violations.js';
import { InvalidFields } from '../../http/invalid-fields.js';
import { Database } from '../../persistence/database.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import type { Job } from '../../persistence/entities/job.entity.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { JobFilesStore, type RowError } from '../../persistence/stores/job-files.store.js';
import { JobsStore, type RowCounts } from '../../persistence/stores/jobs.store.js';
import { usernameKey, UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { addressTaken, type Moment, nameTaken } from '../user-writes.js';
import type { FileRow } from './file-rows.js';
import { ImportedUserDto } from './imported-user.dto.js';
import { ImportedRows, type ImportTerms, type PreparedRow } from './imported-rows.js';
import { JobRights } from './job-rights.js';
import type { JobWork } from './job-work.js';

/** Rows of a transaction. SQLite runs it on the event loop, which has other work too. */
const batchSize = 20;

/** Errors of a job that are kept. */
const maxErrors = 10_000;

/** A row that was read: what is to be written, or why nothing is. */
interface CheckedRow {
  readonly line: number;
  readonly username: string | null;
  readonly prepared?: PreparedRow;
  readonly refusal?: HttpException;
}

/** What became of a batch. */
interface Outcome {
  readonly counts: RowCounts;
  readonly errors: readonly RowError[];
}

/** Takes back what a rehearsal wrote. */
class Rehearsed extends Error {
  constructor(readonly outcome: Outcome) {
    super('rehearsed');
  }
}

/** Imports the rows of a file, batch by batch. */
@Injectable()
export class UserImport implements JobWork {
  constructor(
    private readonly jobs: JobsStore,
    private readonly files: JobFilesStore,
    private readonly users: UsersStore,
    private readonly rows: ImportedRows,
    private readonly rights: JobRights,
    private readonly changes: Changes,
    private readonly database: Database,
  ) {}

  async step(job: Job): Promise<boolean> {
    const terms = { mode: job.options.mode ?? 'create', scopes: await this.rights.required(job) };
    const chunk = await this.files.chunkWith(job.id, job.done);
    if (!chunk || job.done >= job.total) return false;
    const stored = JSON.parse(chunk.content) as FileRow[];
    const from = job.done - chunk.ordinal;
    const batch = await Promise.all(
      stored.slice(from, from + batchSize).map((row) => this.check(row, terms)),
    );
    const isEndOfChunk = from + batch.length === stored.length;
    const work = (tx: Transaction, now: number): Promise<Outcome> =>
      this.apply(tx, batch, { actor: actorOf(job), now }, terms);
    const rehearsed = job.options.dryRun ? await this.rehearse(work) : undefined;
    await this.changes.change([], async (tx, now) => {
      if (!(await this.jobs.take(tx, job.id, job.done, now))) return;
      const { counts, errors } = rehearsed ?? (await work(tx, now));
      await this.jobs.advance(tx, job.id, counts);
      if (job.refused < maxErrors) await this.files.addErrors(tx, job.id, errors, job.expiresAt);
      if (isEndOfChunk) await this.files.dropChunk(tx, job.id, chunk.ordinal);
    });
    return true;
  }

  private async check(row: FileRow, terms: ImportTerms): Promise<CheckedRow> {
    const about = { line: row.line, username: usernameOf(row) };
    try {
      return { ...about, prepared: await this.rows.prepare(await validated(row), terms) };
    } catch (error) {
      if (error instanceof HttpException) return { ...about, refusal: error };
      throw error;
    }
  }

  /** Does work, says what came of it, and keeps nothing of it. */
  private async rehearse(work: (tx: Transaction, now: number) => Promise<Outcome>): Promise<Outcome> {
    try {
      return await this.changes.change<never>([], async (tx, now) => {
        throw new Rehearsed(await work(tx, now));
      });
    } catch (error) {
      if (error instanceof Rehearsed) return error.outcome;
      throw error;
    }
  }

  private async apply(
    tx: Transaction,
    batch: readonly CheckedRow[],
    moment: Moment,
    terms: ImportTerms,
  ): Promise<Outcome> {
    const counts = { done: batch.length, created: 0, updated: 0, skipped: 0, refused: 0 };
    const errors: RowError[] = [];
    const keys = batch.flatMap(({ prepared }) => (prepared ? [usernameKey(prepared.user.username)] : []));
    const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) < index));
    const known = keys.length === 0 ? [] : await this.users.named(tx, keys);
    const present = new Map(known.map((user): [string, User] => [user.usernameKey, user]));
    for (const { line, username, prepared, refusal } of batch) {
      try {
        if (!prepared) throw refusal;
        const key = usernameKey(prepared.user.username);
        const outcome = await this.database.attempt(tx, () =>
          this.rows.apply(tx, prepared, present.get(key), moment, terms),
        );
        counts[outcome] += 1;
        if (repeated.has(key))
          for (const changed of await this.users.named(tx, [key])) present.set(key, changed);
      } catch (error) {
        const reason = await this.reasonOf(tx, username, error);
        counts.refused += 1;
        errors.push(...errorsOf(reason).map((found) => ({ ...found, line, username })));
      }
    }
    return { counts, errors };
  }

  /** @throws whatever is no refusal of the row */
  private async reasonOf(tx: Transaction, username: string | null, error: unknown): Promise<HttpException> {
    if (error instanceof HttpException) return error;
    if (username === null || !(error instanceof DuplicateError)) throw error;
    const namesakes = await this.users.named(tx, [usernameKey(username)]);
    return namesakes.length > 0 ? nameTaken(username) : addressTaken();
  }
}

/**
 * Validates a row by the rules of the admin API.
 * @throws BadRequestException
 */
async function validated({ members, problem }: FileRow): Promise<ImportedUserDto> {
  if (members === undefined) throw new BadRequestException(problem);
  const user = plainToInstance(ImportedUserDto, members);
  const faults = await validate(user, { whitelist: true, forbidNonWhitelisted: true });
  if (faults.length > 0) throw new InvalidFields(violationsOf(faults));
  return user;
}

/** The username of a row that may be invalid. */
function usernameOf({ members }: FileRow): string | null {
  const username: unknown = members && 'username' in members ? members.username : null;
  return typeof username === 'string' ? Array.from(username).slice(0, 255).join('') : null;
}

/** Why a row is refused, member by member. */
function errorsOf(refusal: HttpException): Pick<RowError, 'member' | 'reason'>[] {
  if (!(refusal instanceof InvalidFields)) return [{ member: null, reason: refusal.message }];
  return refusal.violations.map(({ path, message }) => ({
    member: path.length === 0 ? null : path.join('.').slice(0, 255),
    reason: message,
  }));
}

const actorOf = ({ startedBy, address }: Job): Moment['actor'] =>
  address === null ? startedBy : { name: startedBy, address };
