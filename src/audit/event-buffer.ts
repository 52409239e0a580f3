import type { TimedAuditEvent } from '../persistence/stores/audit.store.js';

/** Events that wait for the database. */
const maxPending = 20_000;
/** Seconds after which an event is no longer written: verification would take it for a backdated one. */
const maxAgeSeconds = 600;

/** Events that were dropped. */
export interface DroppedEvents {
  readonly count: number;
  /** The times of the first and the last of them, in seconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Holds events in memory until they are written: a bounded number, for a bounded time. What it drops is counted. */
export class EventBuffer {
  private pending: TimedAuditEvent[] = [];
  private gap: DroppedEvents | undefined;

  get isEmpty(): boolean {
    return this.pending.length === 0 && this.gap === undefined;
  }

  get size(): number {
    return this.pending.length;
  }

  add(event: TimedAuditEvent): void {
    if (this.pending.length < maxPending) this.pending.push(event);
    else this.drop(1, event.at, event.at);
  }

  /** Removes the oldest events, and what was dropped. Events that are too old are dropped first. */
  take(limit: number, now: number): { events: TimedAuditEvent[]; dropped: DroppedEvents | undefined } {
    const firstYoung = this.pending.findIndex(({ at }) => at >= now - maxAgeSeconds);
    this.dropAll(this.pending.splice(0, firstYoung === -1 ? this.pending.length : firstYoung));
    const dropped = this.gap;
    this.gap = undefined;
    return { events: this.pending.splice(0, limit), dropped };
  }

  /** Puts back what could not be written. */
  putBack(events: readonly TimedAuditEvent[], dropped: DroppedEvents | undefined): void {
    if (dropped) this.drop(dropped.count, dropped.from, dropped.until);
    this.pending = [...events, ...this.pending];
    this.dropAll(this.pending.splice(maxPending));
  }

  /** @param events in the order of their times */
  private dropAll(events: readonly TimedAuditEvent[]): void {
    const [first, last] = [events[0], events[events.length - 1]];
    if (first && last) this.drop(events.length, first.at, last.at);
  }

  /** Counts events that are not held. @param from the time of the first, in seconds since the epoch; `until` of the last */
  drop(count: number, from: number, until: number): void {
    const { gap } = this;
    this.gap = gap
      ? {
          count: gap.count + count,
          from: Math.min(gap.from, from),
          until: Math.max(gap.until, until),
        }
      : { count, from, until };
  }
}
