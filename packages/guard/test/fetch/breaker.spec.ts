import { beforeEach, describe, expect, it } from '@jest/globals';
import { Breaker } from '../../src/fetch/breaker.js';
import { Clock } from '../support/clock.js';

describe('Breaker', () => {
  let clock: Clock;
  let breaker: Breaker;

  beforeEach(() => {
    clock = new Clock();
    breaker = new Breaker(clock.now);
  });

  const fail = (times: number): void => {
    for (let i = 0; i < times; i += 1) {
      expect(breaker.enter()).toBe(true);
      breaker.failed('away');
    }
  };

  it('lets calls pass until three in a row have failed', () => {
    fail(2);
    breaker.succeeded();
    fail(3);
    expect([breaker.enter(), breaker.pause, breaker.reason]).toEqual([false, 1, 'away']);
  });

  it('then lets one call try after 1, 2, 4 … 30 seconds', () => {
    fail(3);
    const pauses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      pauses.push(breaker.pause);
      clock.advance(breaker.pause - 0.001);
      expect(breaker.enter()).toBe(false);
      clock.advance(0.001);
      expect(breaker.enter()).toBe(true);
      expect(breaker.enter()).toBe(false);
      breaker.failed('still away');
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('calls that were under way when it began to pause do not make the pause longer', () => {
    for (let i = 0; i < 32; i += 1) expect(breaker.enter()).toBe(true);
    for (let i = 0; i < 32; i += 1) breaker.failed('away');
    expect(breaker.pause).toBe(1);
  });

  it('after a success everything passes again', () => {
    fail(3);
    clock.advance(1);
    expect(breaker.enter()).toBe(true);
    breaker.succeeded();
    expect([breaker.enter(), breaker.enter(), breaker.pause, breaker.reason]).toEqual([
      true,
      true,
      0,
      undefined,
    ]);
  });
});
