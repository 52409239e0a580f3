import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { Collector } from '../../src/telemetry/traces/collector.js';
import { TraceCollector } from '../support/trace-collector.js';

describe('A collector that refuses traces', () => {
  let refusing: TraceCollector;
  beforeAll(async () => {
    refusing = await TraceCollector.start();
    refusing.status = 400;
  });
  afterAll(() => refusing.stop());

  it('is warned of once a minute, with how many spans were lost', async () => {
    let now = 0;
    const warnings: string[] = [];
    const collector = new Collector(
      refusing.url,
      { authorization: 'hunter2' },
      (line) => warnings.push(line),
      () => now,
    );
    const send = (count: number): Promise<ExportResult> =>
      new Promise((resolve) =>
        collector.export(
          Array.from({ length: count }, () => span),
          resolve,
        ),
      );

    for (const milliseconds of [0, 10_000, 59_999, 60_000]) {
      now = milliseconds;
      expect(await send(2)).toMatchObject({ code: 1 });
    }
    await collector.shutdown();
    expect(warnings).toEqual([
      expect.stringMatching(/^traces could not be sent to http:\S+ \(.*\): 2 spans were dropped$/),
      expect.stringMatching(/: 6 spans were dropped$/),
    ]);
    expect(warnings.join()).not.toContain('hunter2');
  });
});

const span = {
  name: 'one',
  kind: 0,
  spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
  startTime: [0, 0],
  endTime: [0, 0],
  duration: [0, 0],
  status: { code: 0 },
  attributes: {},
  links: [],
  events: [],
  ended: true,
  resource: { attributes: {} },
  instrumentationScope: { name: 'eyrie' },
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
} as unknown as ReadableSpan;
