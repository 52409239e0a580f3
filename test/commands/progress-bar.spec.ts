import { ProgressBar } from '../../src/commands/progress-bar.js';

describe('A progress bar', () => {
  const drawn = (isTTY: boolean, steps: readonly number[]): string[] => {
    const written: string[] = [];
    const bar = new ProgressBar({ isTTY, write: (text: string) => written.push(text) > 0 });
    for (const done of steps) bar.draw(done, 2_000, 'users');
    bar.clear();
    return written;
  };

  it('shows how much is done on a terminal, and leaves nothing behind', () => {
    expect(drawn(true, [1_500])).toEqual([
      `\r\x1b[K${'█'.repeat(23)}${'░'.repeat(7)}  75 %  1,500 of 2,000  users`,
      '\r\x1b[K',
    ]);
  });

  it('is not drawn again at once, except for the end', () => {
    expect(drawn(true, [10, 11, 12, 2_000])).toHaveLength(3);
  });

  it('writes nothing into a file or pipe', () => {
    expect(drawn(false, [1, 2_000])).toEqual([]);
  });
});
