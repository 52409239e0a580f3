import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { Database } from './database.js';

const everyMilliseconds = 10_000;
/** A machine that is this close to the database's time goes by its own. */
const toleranceMilliseconds = 2_000;
/** An answer that took longer says too little about the time. */
const maxRoundTripMilliseconds = 2_000;

/**
 * Sets the clock of this process by that of the database, which all replicas share. A replica whose machine is an hour ahead issues
 * tokens, holds leases and deletes expired rows at the same time as the others.
 */
@Injectable()
export class DatabaseClock {
  private readonly logger = new Logger(DatabaseClock.name);
  private isApart = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Interval(everyMilliseconds)
  async followInTurn(): Promise<void> {
    try {
      this.warnIfApart(await followDatabase(this.clock, this.database));
    } catch (error) {
      this.logger.warn(`the time of the database could not be read: ${(error as Error).message}`);
    }
  }

  private warnIfApart(differenceMilliseconds: number): void {
    const isApart = Math.abs(differenceMilliseconds) > toleranceMilliseconds;
    if (isApart && !this.isApart) {
      const seconds = Math.round(differenceMilliseconds / 1_000);
      this.logger.warn(
        `the clock of this machine differs from the database's by ${seconds} seconds: the database's is used. Synchronise both (NTP)`,
      );
    }
    this.isApart = isApart;
  }
}

/**
 * Sets a clock by the time of the database.
 * @returns how far the clock of this machine is ahead of the database's, in milliseconds
 */
export async function followDatabase(clock: Clock, database: Database): Promise<number> {
  const from = performance.now();
  const reading = await database.epochMilliseconds();
  const roundTrip = performance.now() - from;
  const difference = Date.now() - (reading + roundTrip / 2);
  if (roundTrip <= maxRoundTripMilliseconds)
    clock.set(Date.now() - (Math.abs(difference) > toleranceMilliseconds ? difference : 0));
  return difference;
}
