import type { Possession } from '../proof/possession.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import type { RefusalJournal } from '../refusal/refusal-journal.js';
import type { Refusals } from '../refusal/refusals.js';
import type { Observer } from '../telemetry/observer.js';
import type { AdmissionSettings } from '../settings/admission-settings.js';
import type { TokenVerifier } from '../token/token-verifier.js';

/** The parts that the guard uses to verify tokens and to refuse requests. */
export interface ProtectionParts extends AdmissionSettings {
  readonly verifier: TokenVerifier;
  readonly possession: Possession;
  readonly refusals: Refusals;
  readonly journal: RefusalJournal;
  readonly exceptions: RefusalExceptions;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What wants to know of the guard's work; absent if nothing does. */
  readonly observer?: Observer;
  /** The audience of tokens, if it differs from the rest of the service. */
  readonly audience?: readonly string[];
}

/** The protection of a service, and of its controllers, resolvers and gateways with a protection of their own. */
export class Protection {
  readonly #own = new Map<object, ProtectionParts>();

  constructor(readonly parts: ProtectionParts) {}

  /** Sets the protection of one controller. */
  set(controller: object, parts: ProtectionParts): void {
    this.#own.set(controller, parts);
  }

  /** The audiences of controllers with a protection of their own. */
  get ownAudiences(): readonly string[] {
    return [...this.#own.values()].flatMap(({ audience = [] }) => audience);
  }

  /** The protection of a controller: its own, or that of the service. */
  partsFor(controller: object): ProtectionParts {
    return this.#own.size === 0 ? this.parts : (this.#own.get(controller) ?? this.parts);
  }
}
