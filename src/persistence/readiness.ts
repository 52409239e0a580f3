import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { diskFull } from './dialects/dialect.js';
import { outageOf } from './dialects/dialects.js';
import { LeasesStore } from './stores/leases.store.js';
import { withinTime } from './time-limit.js';

/** A probe waits this long at most. */
const waitMilliseconds = 2_000;
/** Anybody may ask: the database is asked once in this time. */
const cacheTtlMilliseconds = 1_000;
const leaseName = 'readiness';

/** Whether the database serves. */
@Injectable()
export class Readiness {
  private answer: { readonly problem: string | undefined; readonly at: number } | undefined;
  private checking: Promise<string | undefined> | undefined;

  constructor(
    private readonly database: Database,
    private readonly leases: LeasesStore,
  ) {}

  /**
   * Why the database cannot serve at present, such as "its disk is full"; undefined if it can. It writes a row: a database that is
   * read-only, full or without quorum answers a SELECT.
   */
  async problem(): Promise<string | undefined> {
    if (this.answer && performance.now() - this.answer.at < cacheTtlMilliseconds) return this.answer.problem;
    this.checking ??= this.check().finally(() => (this.checking = undefined));
    const late = `it does not answer within ${waitMilliseconds / 1_000} seconds`;
    return withinTime(waitMilliseconds, this.checking, () => late);
  }

  private async check(): Promise<string | undefined> {
    const problem = await this.database
      .write((tx) => this.leases.serialise(tx, leaseName))
      .then(
        // What is full may still have room for the row of a probe.
        () => (this.database.wasFull ? diskFull : undefined),
        (error: unknown) => outageOf(error) ?? 'it fails',
      );
    this.answer = { problem, at: performance.now() };
    return problem;
  }
}
