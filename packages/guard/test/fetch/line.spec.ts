import { Line } from '../../src/fetch/line.js';

describe('A line', () => {
  it('does a few at a time in the order in which they came, and is full when nobody else may wait', async () => {
    const line = new Line(2, 1);
    const done: string[] = [];
    const ends = new Map<string, () => void>();
    const run = (name: string): Promise<void> =>
      line.run(async () => {
        await new Promise<void>((resolve) => ends.set(name, resolve));
        done.push(name);
      });

    const first = run('first');
    const second = run('second');
    expect(line.isFull).toBe(false);
    const third = run('third');
    expect([...ends.keys()]).toEqual(['first', 'second']);
    expect(line.isFull).toBe(true);

    ends.get('second')?.();
    await second;
    expect(line.isFull).toBe(false);
    ends.get('first')?.();
    ends.get('third')?.();
    await Promise.all([first, third]);
    expect(done).toEqual(['second', 'first', 'third']);
  });

  it('passes the place of work that fails on', async () => {
    const line = new Line(1, 1);
    const failing = line.run(() => Promise.reject(new Error('failed')));
    const next = line.run(() => Promise.resolve('done'));

    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
    expect(line.isFull).toBe(false);
  });
});
