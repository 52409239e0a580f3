import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { PageError } from '../http/page-error.js';
import type { OAuthErrorCode } from '../protocol/errors.js';
import { AnsweredInteractionsStore } from '../persistence/stores/answered-interactions.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { type AuthorizationInteraction, interactionLifetimeSeconds } from './interaction.js';

/** The answer to an authorization request: what was issued, or the error that its resource owner decided on. */
export type Answer =
  | { readonly issued: Readonly<Record<string, string>> }
  | { readonly error: { readonly code: OAuthErrorCode; readonly description: string } };

/** A double click, or a page that is reloaded at once, gets the same answer again. Later, the interaction is used up. */
const repeatSeconds = 10;

/** An answer that is ready to be written. */
export type SealedAnswer = (tx: Transaction) => Promise<boolean>;

/** Keeps which interactions have been answered: each is answered once. */
@Injectable()
export class InteractionAnswers {
  constructor(
    private readonly store: AnsweredInteractionsStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Prepares the answer.
   * @returns what writes it in the transaction of all that the answer stands for; false if another answer was written meanwhile
   */
  async prepare({ id, startedAt }: AuthorizationInteraction, answer: Answer): Promise<SealedAnswer> {
    const responseSealed = await this.secrets.seal('answer', answer);
    const answeredAt = this.clock.now();
    const expiresAt = startedAt + interactionLifetimeSeconds;
    return (tx) => this.store.insert(tx, { id, responseSealed, answeredAt, expiresAt });
  }

  /**
   * The answer that was given a moment ago; undefined if there is none.
   * @throws PageError 400 if the interaction was answered longer ago
   */
  async repeat({ id }: AuthorizationInteraction): Promise<Answer | undefined> {
    const answered = await this.store.find(id);
    if (!answered) return undefined;
    if (answered.answeredAt + repeatSeconds > this.clock.now()) {
      const answer = (await this.secrets.unseal('answer', answered.responseSealed)) as Answer | undefined;
      if (answer) return answer;
    }
    throw new PageError(
      400,
      'answered',
      'This request has been answered',
      'Go back to the application that sent you here. If it still needs access, start again there.',
    );
  }
}
