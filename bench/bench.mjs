import { join } from 'node:path';
import { databases } from './databases.mjs';
import { startLoad, starters } from './servers.mjs';

/** One run: its options, its temporary directory, its load generator, and the servers, started when first needed. */
export class Bench {
  #children = [];
  #servers = new Map();
  #database;

  constructor(options, directory) {
    this.options = options;
    this.directory = directory;
    this.load = startLoad(directory);
    this.#children.push(this.load);
  }

  /** The running server with this name. All measurements of a server share it. */
  async server(name) {
    if (!this.#servers.has(name)) this.#servers.set(name, await this.launch(name, name));
    return this.#servers.get(name);
  }

  /** Starts another instance of a server; `variant` names the subdirectory that holds its database. */
  async launch(name, variant) {
    const server = await starters[name](join(this.directory, variant), await this.urlOf(variant));
    this.#children.push(server.child);
    return server;
  }

  /** The URL of the database of an instance. */
  async urlOf(variant) {
    this.#database ??= await databases[this.options.database]();
    return this.#database.urlFor(variant, this.directory);
  }

  /** Prints progress to standard error: standard output is for the tables only. */
  say(text) {
    process.stderr.write(`${text} …\n`);
  }

  async close() {
    for (const child of this.#children) await child.stop();
    this.#database?.stop();
  }
}
