/** Longer texts are not remembered. */
const MAX_LENGTH = 4096;

/**
 * What was made of the texts that were met most recently, so that a text that comes again costs one look into a map. It keeps at most
 * twice `size` texts. Those that have not come again for the longest time go first.
 */
export class RecentResults<Value> {
  readonly #size: number;
  #recent = new Map<string, Value>();
  #older = new Map<string, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(text: string): Value | undefined {
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const older = this.#older.get(text);
    if (older !== undefined) this.#put(text, older);
    return older;
  }

  set(text: string, value: Value): void {
    if (text.length <= MAX_LENGTH && !this.#recent.has(text)) this.#put(text, value);
  }

  // When the map of recent texts is full, it becomes the older one. This costs less than to move each text that comes again.
  #put(text: string, value: Value): void {
    if (this.#recent.size >= this.#size) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, value);
  }
}
