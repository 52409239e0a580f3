import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';
import 'reflect-metadata';

/** What specs and the code under test have to share, so that `instanceof` and metadata mean the same on both sides. */
const shared =
  'Boolean Date Map Number Promise Set String URL Error RangeError SyntaxError TypeError Reflect process'.split(
    ' ',
  );

/**
 * Jest runs each spec in a context of its own. What specs test is loaded outside of it, once for all specs of a worker: loading
 * it anew took most of the time of a run. See `stub.mjs` for how a spec gets at it.
 */
export default class NativeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of shared) this.global[name] = globalThis[name];
    this.global.importNatively = (url) => import(url);
    this.global.requireNatively = createRequire(import.meta.url);
  }

  async handleTestEvent(event) {
    // What the code under test prints, Jest shows with the spec; specs may spy on it.
    if (event.name === 'setup') globalThis.console = this.global.console;
  }
}
