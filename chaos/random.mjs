/**
 * Random numbers that a seed repeats (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number} from 0 up to, but without, 1
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of these; undefined if there is none. */
export const pick = (random, items) => items[Math.floor(random() * items.length)];

/** One of these, each as often as its weight says. */
export function pickWeighted(random, items) {
  let rest = random() * items.reduce((sum, { weight }) => sum + weight, 0);
  return items.find(({ weight }) => (rest -= weight) < 0) ?? items.at(-1);
}
