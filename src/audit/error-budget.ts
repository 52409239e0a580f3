/** A network that a request came from, and how many times the usual amount it may use. */
export interface CountedNetwork {
  readonly name: string;
  readonly share: number;
}

/** Errors of one network that are kept in a minute. */
const maxPerNetwork = 60;
/** Errors that one process keeps in a minute, so that a flood from many networks cannot fill the disk. */
const maxPerMinute = 480;

/** Bounds how many errors are kept in a minute, per network and in all: one network cannot use up what is meant for the others. */
export class ErrorBudget {
  private minute = 0;
  private total = 0;
  private readonly byNetwork = new Map<string, number>();

  /**
   * Takes room for one error.
   * @param now seconds since the epoch
   * @returns false if there is none left
   */
  take(networks: readonly CountedNetwork[], now: number): boolean {
    this.turn(Math.floor(now / 60));
    const isFull = networks.some(({ name, share }) => this.countOf(name) >= maxPerNetwork * share);
    if (isFull || this.total >= maxPerMinute) return false;
    this.total++;
    for (const { name } of networks) this.byNetwork.set(name, this.countOf(name) + 1);
    return true;
  }

  private turn(minute: number): void {
    if (minute === this.minute) return;
    this.minute = minute;
    this.total = 0;
    this.byNetwork.clear();
  }

  private countOf(name: string): number {
    return this.byNetwork.get(name) ?? 0;
  }
}
