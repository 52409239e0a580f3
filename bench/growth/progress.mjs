const WIDTH = 30;

/** A progress bar on standard error; without a terminal, one line for each tenth. */
export class Progress {
  #done = 0;
  #shown = -1;

  constructor(title, total) {
    this.title = title;
    this.total = total;
    this.startedAt = performance.now();
  }

  add(count) {
    this.#done += count;
    const share = this.#done / this.total;
    const step = Math.floor(share * (process.stderr.isTTY ? 1_000 : 10));
    if (step === this.#shown) return;
    this.#shown = step;
    const seconds = (performance.now() - this.startedAt) / 1_000;
    const left = Math.ceil((seconds / share) * (1 - share));
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
    const line = `${this.title} [${bar}] ${Math.floor(100 * share)} %, ${this.#done} rows, ${left} s left`;
    process.stderr.write(process.stderr.isTTY ? `\r${line} ` : `${line}\n`);
  }

  end() {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}
