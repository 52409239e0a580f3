import type { Possession } from '../proof/possession.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import type { RefusalJournal } from '../refusal/refusal-journal.js';
import type { Refusals } from '../refusal/refusals.js';
import type { TokenVerifier } from '../token/token-verifier.js';

/** All that the guard works with: how tokens are verified and how requests are refused. */
export interface ProtectionParts {
  readonly verifier: TokenVerifier;
  readonly possession: Possession;
  readonly refusals: Refusals;
  readonly journal: RefusalJournal;
  readonly exceptions: RefusalExceptions;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whom tokens must be meant for, where it is not as for the rest of the service. */
  readonly audience?: readonly string[];
}

/** The protection of a service, and of those of its controllers, resolvers and gateways that have one of their own. */
export class Protection {
  readonly #own = new Map<object, ProtectionParts>();

  constructor(readonly parts: ProtectionParts) {}

  /** Gives a controller a protection of its own. */
  set(controller: object, parts: ProtectionParts): void {
    this.#own.set(controller, parts);
  }

  /** All audiences that controllers have of their own. */
  get ownAudiences(): ReadonlySet<string> {
    return new Set([...this.#own.values()].flatMap(({ audience = [] }) => audience));
  }

  of(controller: object): ProtectionParts {
    return this.#own.size === 0 ? this.parts : (this.#own.get(controller) ?? this.parts);
  }
}
