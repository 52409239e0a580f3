import type { WriteStream } from 'node:tty';

const width = 30;
const minMilliseconds = 100;

/**
 * Draws a bar on a terminal while work goes on, and nothing where output goes elsewhere: `███████░░░  71 %  1,420 of 2,000  refresh_tokens`.
 */
export class ProgressBar {
  private drawnAt = -Infinity;

  constructor(private readonly stream: Pick<WriteStream, 'isTTY' | 'write'>) {}

  draw(done: number, total: number, what: string): void {
    const now = performance.now();
    if (!this.stream.isTTY || (now - this.drawnAt < minMilliseconds && done < total)) return;
    this.drawnAt = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
    const counts = [done, total].map((count) => count.toLocaleString('en')).join(' of ');
    this.stream.write(`\r\x1b[K${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${counts}  ${what}`);
  }

  clear(): void {
    if (this.stream.isTTY && this.drawnAt > -Infinity) this.stream.write('\r\x1b[K');
  }
}
