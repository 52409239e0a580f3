import { emailKey } from '../../persistence/stores/users.store.js';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Secrets } from '../../crypto/secrets.js';
import { LinkLimits } from '../../mail/link-limits.js';
import { Database } from '../../persistence/database.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';

export const signUpDeliveryKind = 'sign_up';

/** Who wants an account, and from where; queued sealed. */
export interface SignUpRequest {
  readonly email: string;
  readonly address: string;
  /** The tag of the language of the page. */
  readonly language: string;
  /** The sealed interaction that goes on once they have signed in. */
  readonly interaction?: string;
}

/** A longer one is not kept: the person then goes back to the application. */
const maxInteractionCharacters = 20_000;

/** Takes requests for accounts. Whether the address has one is looked up later, so that every request has the same answer. */
@Injectable()
export class SignUpRequests {
  constructor(
    private readonly limits: LinkLimits,
    private readonly deliveries: DeliveriesStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The domains whose addresses may have an account; undefined for all. */
  get domains(): readonly string[] | undefined {
    const { signUp } = this.settings.signIn;
    return typeof signUp === 'string' ? undefined : signUp;
  }

  isAdmitted(email: string): boolean {
    return this.domains?.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase()) ?? true;
  }

  /**
   * Queues a request.
   * @returns the seconds to wait if there were too many for this address, or from this network; otherwise undefined
   */
  async take(request: SignUpRequest): Promise<number | undefined> {
    const closed = await this.limits.count(`sign-up ${emailKey(request.email)}`, request.address);
    if (closed !== undefined) return closed;
    const { interaction = '', ...kept } = request;
    const isKept = interaction !== '' && interaction.length <= maxInteractionCharacters;
    const contentSealed = await this.secrets.seal('delivery', isKept ? request : kept);
    const now = this.clock.now();
    await this.database.write((tx) =>
      this.deliveries.queue(tx, { kind: signUpDeliveryKind, contentSealed }, now),
    );
    return undefined;
  }
}
