const toMilliseconds = 1_000;
const maxKeptViolations = 200;

/**
 * Watches every request of every client: counts it, and judges whether its outcome may be. While a fault lasts, and until the service must
 * have recovered from it, a request may end as the fault allows. At any other time it must be answered.
 */
export class Watch {
  counts = new Map();
  violations = [];
  violationCount = 0;
  windows = [];
  /** What is tried at the moment, for the report. */
  subject = 'set up';

  /**
   * @param {object} options
   * @param {number} options.recoveryLimit seconds from the end of a fault until everything must work
   * @param {boolean} [options.isBusy] the machine has other things to do: 503 may come at any time
   */
  constructor({ recoveryLimit, isBusy = false }) {
    this.recoveryLimit = recoveryLimit;
    this.isBusy = isBusy;
  }

  /**
   * A fault begins.
   *
   * @param {string} fault
   * @param {{ broken?: number[], unavailable?: number[] }} allowed at which replicas connections may break, and requests be answered with
   *   503
   */
  begin(fault, { broken = [], unavailable = [] }) {
    this.subject = fault;
    this.windows.push({
      fault,
      allowed: { broken, unavailable },
      from: performance.now(),
      until: Infinity,
      failures: 0,
    });
  }

  /** The fault has ended: from now on, the time to recovery counts. */
  end() {
    this.windows.at(-1).until = performance.now();
  }

  /** Whether the latest fault has made a request fail. */
  isFelt() {
    return this.windows.at(-1).failures > 0;
  }

  /** Seconds from the end of the latest fault until the last request failed; 0 if none did after it. */
  recovery() {
    const { until, lastFailure = until } = this.windows.at(-1);
    return Math.max(0, lastFailure - until) / toMilliseconds;
  }

  /** @param {'answered' | 'unavailable' | 'broken'} outcome */
  note({ operation, replica, outcome, startedAt, detail }) {
    const counted = this.counts.get(operation) ?? { answered: 0, unavailable: 0, broken: 0 };
    counted[outcome] += 1;
    this.counts.set(operation, counted);
    if (outcome === 'answered') return;
    const latest = this.windows.at(-1);
    if (latest) latest.failures += 1;
    if (latest && performance.now() > latest.until) latest.lastFailure = performance.now();
    const isAllowed =
      (this.isBusy && outcome === 'unavailable') ||
      this.windows.some(
        ({ allowed, until }) =>
          allowed[outcome].includes(replica) && startedAt <= until + this.recoveryLimit * toMilliseconds,
      );
    if (!isAllowed)
      this.violate(
        operation,
        `${outcome} at replica ${replica}, though nothing there should fail: ${detail}`,
      );
  }

  /** Something happened that must never happen. */
  violate(invariant, detail) {
    this.violationCount += 1;
    if (this.violations.length < maxKeptViolations)
      this.violations.push({ invariant, detail, after: this.subject });
  }

  get operations() {
    return [...this.counts.values()].reduce((sum, { answered }) => sum + answered, 0);
  }
}
