/** Where `npm test` found the browser; absent where this machine has none. */
export const chromiumPath = process.env.EYRIE_TEST_CHROMIUM;

/** `describe` where there is a Chromium, else a `describe` that skips. */
export const describeInChromium: typeof describe.skip = chromiumPath ? describe : describe.skip;

/** Chromium as it runs in containers, and silent. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];
