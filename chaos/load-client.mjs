import { setTimeout as delay } from 'node:timers/promises';
import { Administrator } from './administrator.mjs';
import { mustWork } from './ledger.mjs';
import { Line, Unanswered } from './line.mjs';
import { operations } from './load/operations.mjs';
import { Person } from './person.mjs';
import { pick, pickWeighted, seeded } from './random.mjs';
import { RelyingParty } from './relying-party.mjs';
import { passwordOf, usernameOf } from './scenario.mjs';

/** Nobody asks at once again. */
const unansweredPauseMilliseconds = 100;

/**
 * One real client: somebody at a browser, the two applications that they use, and a service that calls the admin API. It does one thing
 * after another, and keeps its own record of what was acknowledged.
 */
export class LoadClient {
  families = [];
  tokens = [];
  users = [];
  ownClients = [];
  /** How many names it has made up. */
  made = 0;

  /** @param {{ index: number, seed: number, world: object, server: object, userId: string }} options */
  constructor({ index, seed, world, server, userId }) {
    this.random = seeded(seed * 1_000 + index);
    this.watch = world.watch;
    this.ledger = world.ledger;
    this.line = new Line({ ...world, random: this.random });
    this.name = `${seed}-${index}`;
    this.userId = userId;
    this.server = server;
    this.parties = ['chaos-jwt', 'chaos-opaque'].map((id) => new RelyingParty(this.line, server, id));
    this.administrator = new Administrator(this.line, server);
    this.person = this.newPerson(usernameOf(index));
  }

  /** Somebody at a browser in which nobody is signed in yet. */
  newPerson(username = this.person.username, password = passwordOf(username)) {
    return new Person(this.line, username, password);
  }

  party(clientId) {
    return this.parties.find((one) => one.clientId === clientId);
  }

  pick(items) {
    return pick(this.random, items);
  }

  /** An access token that must still work. */
  pickToken(isWanted = () => true) {
    return this.pick(this.tokens.slice(-50).filter((token) => mustWork(token) === 'yes' && isWanted(token)));
  }

  keepToken(value, clientId, family) {
    this.ledger.token(value, clientId, family);
    this.tokens.push(this.ledger.tokens.at(-1));
  }

  /** Notes a violation unless the condition is true. */
  expect(condition, invariant, detail, answer) {
    if (!condition)
      this.watch.violate(
        invariant,
        `${this.line.operation}: ${detail}: ${JSON.stringify(answer)?.slice(0, 400)}`,
      );
    return condition;
  }

  /**
   * Does one thing after another.
   *
   * @param {() => boolean} isOver
   * @param {number} pauseMilliseconds the longest pause between two of them
   */
  async run(isOver, pauseMilliseconds) {
    while (!isOver()) {
      const operation = pickWeighted(this.random, operations);
      const isAnswered = await this.perform(operation.name, () => operation.run(this));
      await delay(isAnswered ? this.random() * pauseMilliseconds : unansweredPauseMilliseconds);
    }
  }

  /** @returns whether everything was answered */
  async perform(name, work) {
    this.line.operation = name;
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Unanswered) return false;
      this.watch.violate('answers', `${name}: ${error.stack}`);
      return true;
    }
  }
}
