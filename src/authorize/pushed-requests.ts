import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { PageError } from '../http/page-error.js';
import { Database } from '../persistence/database.js';
import { PushedRequestsStore, type StoredPush } from '../persistence/stores/pushed-requests.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { pushedRequestLifetime } from '../protocol/profile.js';
import { type Answer, repeatSeconds } from '../interaction/interaction-answers.js';
import { interactionLifetimeSeconds } from '../interaction/interaction.js';
import type { PushedAnswer, RequestSource } from './authorization-request.js';
import { message } from '../locales/message.js';

/** A request_uri begins with this (RFC 9126 §2.2). The random part follows. */
const prefix = 'urn:ietf:params:oauth:request_uri:';

const maxRequestBytes = 32 * 1_024;

/** Whether a request_uri refers to a pushed request, not to a document. */
export const isPushedReference = (requestUri: string): boolean => requestUri.startsWith(prefix);

/**
 * Pushed authorization requests (RFC 9126). Each belongs to one client, is stored under the hash of its request_uri, and can be
 * answered once. It is kept until it has to reach the authorization endpoint; once a browser has brought it to our pages, as long as they
 * allow for any request.
 */
@Injectable()
export class PushedRequests {
  constructor(
    private readonly store: PushedRequestsStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Stores a request that was checked.
   * @returns its request_uri, and the seconds in which it must be used
   * @throws OAuthError invalid_request with status 413 if it is too large
   */
  async keep(
    { clientId, profile }: RegisteredClient,
    parameters: Parameters,
  ): Promise<{ readonly requestUri: string; readonly expiresIn: number }> {
    const text = JSON.stringify(parameters.entries());
    if (Buffer.byteLength(text) > maxRequestBytes)
      throw new OAuthError('invalid_request', 'the request is too large', { status: 413 });
    const requestUri = `${prefix}${generateOpaqueToken()}`;
    const expiresIn = pushedRequestLifetime(profile, this.settings.lifetimes.pushedRequest);
    const usableUntil = this.clock.now() + expiresIn;
    await this.store.insert({
      requestUriHash: lookupHash(requestUri),
      clientId,
      parameters: text,
      usableUntil,
      expiresAt: usableUntil,
      consumedAt: null,
      responseSealed: null,
    });
    return { requestUri, expiresIn };
  }

  /**
   * Finds the request of a request_uri.
   * @param arriving true at the authorization endpoint; false when the browser comes back from one of our pages
   * @throws PageError if it is unknown, expired, was pushed by another client, or arrives though it was answered longer ago
   */
  async open(requestUri: string, clientId: string, arriving: boolean): Promise<RequestSource> {
    const pushed = lookupHash(requestUri);
    const found = await this.store.find(pushed);
    if (!found) throw refused('unknown request_uri');
    // "MUST reject requests where the request_uri was bound to another client" (§4)
    if (found.clientId !== clientId) throw refused(`pushed by ${found.clientId}, used by ${clientId}`);
    // A browser that comes back may have to get its answer again. It gets no second one: `prepareUse` is decisive.
    const answered = arriving ? await this.answerOf(found) : undefined;
    const usableUntil = found.usableUntil ?? found.expiresAt - interactionLifetimeSeconds;
    const endsAt = arriving ? usableUntil : found.expiresAt;
    if (!answered && endsAt <= this.clock.now()) throw refused('expired');
    return {
      parameters: Parameters.from(JSON.parse(found.parameters) as [string, string][]),
      travelling: Parameters.from([
        ['client_id', clientId],
        ['request_uri', requestUri],
      ]),
      pushed,
      // Clients that must sign were held to it when the request was pushed.
      signed: true,
      ...(answered ? { answered } : {}),
    };
  }

  /** Keeps a pushed request as long as our pages allow, since a browser has brought it there. */
  async keepForPages({ pushed }: RequestSource): Promise<void> {
    if (pushed !== undefined) await this.store.keepLonger(pushed, interactionLifetimeSeconds);
  }

  /**
   * Prepares the answer of a pushed request; of any other request it does nothing.
   * @param sessionHash the token hash of the session that the answer is for; absent for an error, which anybody may see
   * @returns what marks the request as answered, in the transaction of its answer; false if it has been answered meanwhile
   */
  async prepareUse(
    { pushed }: RequestSource,
    answer: Answer,
    sessionHash?: string,
  ): Promise<(tx: Transaction) => Promise<boolean>> {
    if (pushed === undefined) return () => Promise.resolve(true);
    const given: PushedAnswer = { answer, ...(sessionHash === undefined ? {} : { sessionHash }) };
    const sealed = await this.secrets.seal('answer', given);
    return (tx) => this.store.consume(tx, pushed, sealed, this.clock.now());
  }

  /**
   * Marks a pushed request as answered when its answer is an error, which writes nothing else.
   * @throws PageError if it has been answered meanwhile
   */
  async useForError(source: RequestSource, { code, description }: OAuthError): Promise<void> {
    if (source.pushed === undefined) return;
    const use = await this.prepareUse(source, { error: { code, description } });
    if (!(await this.database.write(use))) throw answeredMeanwhile();
  }

  /**
   * The answer that a request got a moment ago: "authorization servers […] MAY allow for duplicate requests due to a user
   * reloading/refreshing their user agent" (§4).
   * @returns undefined if it has not been answered
   * @throws PageError if it was answered longer ago
   */
  private async answerOf({ consumedAt, responseSealed }: StoredPush): Promise<PushedAnswer | undefined> {
    if (consumedAt === null) return undefined;
    const isRecent = responseSealed !== null && consumedAt + repeatSeconds > this.clock.now();
    const answered = isRecent ? await this.secrets.unseal('answer', responseSealed) : undefined;
    if (answered === undefined) throw refused('answered before');
    return answered as PushedAnswer;
  }
}

export const answeredMeanwhile = (): PageError => refused('answered meanwhile');

const refused = (detail: string): PageError =>
  new PageError(
    400,
    'invalid_request_uri',
    message('request.expiredOrAnswered'),
    message('request.tooLongAgo'),
    { detail: `request_uri: ${detail}`, advice: message('common.startAnew') },
  );
