import { EventBuffer } from '../../src/audit/event-buffer.js';

const event = (at: number) => ({ event: 'token.issued', actor: 'client:writer', at });

describe('Events that wait for the database', () => {
  it('are taken oldest first, up to a limit', () => {
    const buffer = new EventBuffer();
    for (const at of [1, 2, 3]) buffer.add(event(at));

    expect(buffer.take(2, 3)).toEqual({ events: [event(1), event(2)], dropped: undefined });
    expect(buffer.take(2, 3)).toEqual({ events: [event(3)], dropped: undefined });
    expect(buffer.isEmpty).toBe(true);
  });

  it('are dropped and counted beyond 20,000', () => {
    const buffer = new EventBuffer();
    for (let at = 0; at < 20_003; at++) buffer.add(event(at));

    const { events, dropped } = buffer.take(30_000, 0);
    expect(events).toHaveLength(20_000);
    expect(dropped).toEqual({ count: 3, from: 20_000, until: 20_002 });
  });

  it('that are put back stay within the bound, with what was dropped before', () => {
    const buffer = new EventBuffer();
    for (let at = 0; at < 20_001; at++) buffer.add(event(at));
    const { events, dropped } = buffer.take(500, 0);
    for (let at = 20_001; at < 20_601; at++) buffer.add(event(at));
    buffer.putBack(events, dropped);

    expect(buffer.size).toBe(20_000);
    expect(buffer.take(1, 0)).toEqual({
      events: [event(0)],
      dropped: { count: 601, from: 20_000, until: 20_600 },
    });
  });

  it('are dropped and counted after ten minutes, before verification would call them backdated', () => {
    const buffer = new EventBuffer();
    buffer.add(event(100));
    buffer.add(event(200));

    expect(buffer.take(10, 701)).toEqual({
      events: [event(200)],
      dropped: { count: 1, from: 100, until: 100 },
    });
  });
});
