import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { PageError } from '../http/page-error.js';
import type { OAuthErrorCode } from '../protocol/errors.js';
import {
  AnsweredInteractionsStore,
  type StoredAnswer,
} from '../persistence/stores/answered-interactions.store.js';
import type { Transaction } from '../persistence/transaction.js';
import {
  type AuthorizationInteraction,
  type DeviceInteraction,
  type Interaction,
  restartableSeconds,
} from './interaction.js';
import { WayBack } from './way-back.js';
import { message } from '../locales/message.js';

/** What its user decided about a device. */
export interface DeviceAnswer {
  readonly device: 'allowed' | 'denied';
}

/** The answer to an authorization request: what was issued, or the error that its resource owner decided on. */
export type Answer =
  | { readonly issued: Readonly<Record<string, string>> }
  | { readonly error: { readonly code: OAuthErrorCode; readonly description: string } };

/** A double click, or a page that is reloaded at once, gets the same answer again. Later, the interaction is used up. */
export const repeatSeconds = 10;

/** An answer that is ready to be written. */
export type SealedAnswer = (tx: Transaction) => Promise<boolean>;

/** Keeps which interactions have been answered: each is answered once. */
@Injectable()
export class InteractionAnswers {
  constructor(
    private readonly store: AnsweredInteractionsStore,
    private readonly secrets: Secrets,
    private readonly wayBack: WayBack,
    private readonly clock: Clock,
  ) {}

  /**
   * Prepares the answer.
   * @returns what writes it in the transaction of all that the answer stands for; false if another answer was written meanwhile
   */
  async prepare({ id, startedAt }: Interaction, answer: Answer | DeviceAnswer): Promise<SealedAnswer> {
    const responseSealed = await this.secrets.seal('answer', answer);
    const answeredAt = this.clock.now();
    const expiresAt = startedAt + restartableSeconds;
    return (tx) => this.store.insert(tx, { id, responseSealed, answeredAt, expiresAt });
  }

  /**
   * The answer that was given a moment ago; undefined if there is none.
   * @throws PageError 400 if the interaction was answered longer ago
   */
  async repeat(interaction: AuthorizationInteraction): Promise<Answer | undefined> {
    const answered = await this.store.find(interaction.id);
    if (!answered) return undefined;
    const answer = (await this.recent(answered)) as Answer | undefined;
    if (!answer) throw await this.isAnswered(interaction);
    return answer;
  }

  /** The decision about a device that was made a moment ago; undefined if there is none. */
  async repeatDevice({ id }: DeviceInteraction): Promise<DeviceAnswer | undefined> {
    const answered = await this.store.find(id);
    return answered && ((await this.recent(answered)) as DeviceAnswer | undefined);
  }

  /** @throws PageError 400 if the interaction has been answered */
  async refuseAnswered(interaction: Interaction): Promise<void> {
    if (await this.store.find(interaction.id)) throw await this.isAnswered(interaction);
  }

  private async recent({ responseSealed, answeredAt }: StoredAnswer): Promise<unknown> {
    return answeredAt + repeatSeconds > this.clock.now()
      ? this.secrets.unseal('answer', responseSealed)
      : undefined;
  }

  private async isAnswered(interaction: Interaction): Promise<PageError> {
    const client = await this.wayBack.nameOf(interaction);
    return new PageError(
      400,
      'answered',
      message('request.answered'),
      message('request.hasAnswer', { client }),
      {
        advice: message('request.goOnInClient', { client }),
        links: await this.wayBack.linksTo(interaction.clientId),
      },
    );
  }
}
