import { describe, expect, it } from '@jest/globals';
import { actorIn } from '../../src/token/actor.js';

describe('the actor of a token', () => {
  it('is the sub of act, with those who acted before', () => {
    const act = { sub: 'gateway', act: { sub: 'agent', iss: 'https://id.example.com' } };
    expect(actorIn(act)).toEqual({ subject: 'gateway', actor: { subject: 'agent' } });
  });

  it.each([undefined, null, 'gateway', 7, [], {}, { sub: 7 }, { sub: null, act: { sub: 'agent' } }])(
    'is absent if act is %j',
    (act) => {
      expect(actorIn(act)).toBeUndefined();
    },
  );

  it('is cut off where a chain has no end', () => {
    const endless: Record<string, unknown> = { sub: 'again' };
    endless['act'] = endless;
    let depth = 0;
    for (let next = actorIn(endless); next; next = next.actor) depth++;
    expect(depth).toBe(16);
  });
});
