import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';
import 'reflect-metadata';

/** What specs and the code under test have to share, so that `instanceof` and metadata mean the same on both sides. */
const shared =
  'Boolean Date Map Number Promise Set String URL Error RangeError SyntaxError TypeError Reflect process'.split(
    ' ',
  );

/** What specs and the code under test may change in the process, as it was before. */
const { console: ownConsole, fetch: ownFetch } = globalThis;
const { env: ownEnvironment } = process;
const ownVariables = { ...ownEnvironment };

/**
 * Jest runs each spec in a context of its own. What specs test is loaded outside of it, once for all specs of a worker: loading
 * it anew took most of the time of a run. See `stub.mjs` for how a spec gets at it.
 */
export default class NativeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of shared) this.global[name] = globalThis[name];
    // A spec sees the `fetch` that the code under test has put in place, and the other way round.
    Object.defineProperty(this.global, 'fetch', {
      configurable: true,
      get: () => globalThis.fetch,
      set: (fetch) => {
        globalThis.fetch = fetch;
      },
    });
    this.global.importNatively = (url) => import(url);
    this.global.requireNatively = createRequire(import.meta.url);
  }

  async handleTestEvent(event) {
    // What the code under test prints, Jest shows with the spec; specs may spy on it.
    if (event.name === 'setup') globalThis.console = this.global.console;
  }

  /** The next spec of this worker finds the process as this one found it. */
  async teardown() {
    Object.assign(globalThis, { console: ownConsole, fetch: ownFetch });
    process.env = ownEnvironment;
    for (const name of Object.keys(process.env)) if (!(name in ownVariables)) delete process.env[name];
    Object.assign(process.env, ownVariables);
    await super.teardown();
  }
}
