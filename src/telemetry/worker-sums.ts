import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

/** The metrics of a process at one time. */
export type Report = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Adds up reports, each metric in its way: most are summed. */
type AddUp = (reports: Report[]) => Pick<Registry, 'metrics' | 'getMetricsAsJSON'>;

/**
 * The metrics of all workers, added up. What a worker had counted when it last reported still counts after its end, so a sum never falls. That
 * of a worker that does not answer is as it last was.
 */
export class WorkerSums {
  private readonly latest = new Map<number, Report>();
  /** Of the workers that have ended. */
  private ended: Promise<Report> = Promise.resolve([]);

  constructor(private readonly addUp: AddUp) {}

  keep(worker: number, report: Report): void {
    this.latest.set(worker, report);
  }

  end(worker: number): void {
    const report = this.latest.get(worker);
    if (!report || !this.latest.delete(worker)) return;
    const counted = report.filter(({ type }) => String(type) !== 'gauge');
    this.ended = this.ended.then((before) => this.addUp([before, counted]).getMetricsAsJSON());
  }

  /** As text for Prometheus. */
  async read(): Promise<string> {
    // Taken at the same moment: a worker is among either of them.
    const [latest, ended] = [[...this.latest.values()], this.ended];
    return this.addUp([await ended, ...latest]).metrics();
  }
}
