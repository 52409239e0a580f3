import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { PageError } from '../http/page-error.js';
import { Database } from '../persistence/database.js';
import { PushedRequestsStore } from '../persistence/stores/pushed-requests.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { interactionLifetime } from '../interaction/interaction.js';
import type { RequestSource } from './authorization-request.js';

/** The URN of RFC 9126 §2.2, before the random part. */
const prefix = 'urn:ietf:params:oauth:request_uri:';

/** Bytes of a request that are kept. */
const largest = 32 * 1_024;

/** Whether a request_uri names a pushed request rather than a document. */
export const isPushedReference = (requestUri: string): boolean => requestUri.startsWith(prefix);

/**
 * Pushed authorization requests (RFC 9126): stored under the hash of their request_uri, for one client, and used up by the
 * answer. Whoever reaches the authorization endpoint in time may take as long over its pages as with any other request.
 */
@Injectable()
export class PushedRequests {
  constructor(
    private readonly store: PushedRequestsStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Keeps a request that was checked.
   * @returns its reference, and the seconds in which it must be used
   * @throws OAuthError invalid_request with status 413 when it is too large
   */
  async keep(
    clientId: string,
    parameters: Parameters,
  ): Promise<{ readonly requestUri: string; readonly expiresIn: number }> {
    const text = JSON.stringify(parameters.entries());
    if (Buffer.byteLength(text) > largest)
      throw new OAuthError('invalid_request', 'the request is too large', { status: 413 });
    const requestUri = `${prefix}${generateOpaqueToken()}`;
    const expiresIn = this.settings.lifetimes.pushedRequest;
    await this.store.insert({
      requestUriHash: lookupHash(requestUri),
      clientId,
      parameters: text,
      // It stays while somebody who came in time may still be at our pages.
      expiresAt: this.clock.now() + expiresIn + interactionLifetime,
      consumedAt: null,
    });
    return { requestUri, expiresIn };
  }

  /**
   * The request behind a reference.
   * @param arriving whether the browser comes with it now, rather than back from one of our pages
   * @throws PageError when it is unknown, used, too old, or another client's
   */
  async open(requestUri: string, clientId: string, arriving: boolean): Promise<RequestSource> {
    const pushed = lookupHash(requestUri);
    const found = await this.store.find(pushed);
    if (!found) throw refused('unknown request_uri');
    // "MUST reject requests where the request_uri was bound to another client" (§4)
    if (found.clientId !== clientId) throw refused(`pushed by ${found.clientId}, used by ${clientId}`);
    if (found.consumedAt !== null) throw refused('answered before');
    const endsAt = arriving ? found.expiresAt - interactionLifetime : found.expiresAt;
    if (endsAt <= this.clock.now()) throw refused('expired');
    return {
      parameters: Parameters.from(JSON.parse(found.parameters) as [string, string][]),
      travelling: Parameters.from([
        ['client_id', clientId],
        ['request_uri', requestUri],
      ]),
      pushed,
      // Where that is a rule, it was held when the request was pushed.
      signed: true,
    };
  }

  /**
   * Uses a pushed request up, in the transaction that answers it; a request that came otherwise is let through.
   * @throws PageError when another answer was faster
   */
  async use({ pushed }: RequestSource, tx: Transaction): Promise<void> {
    if (pushed === undefined) return;
    if (!(await this.store.consume(tx, pushed, this.clock.now()))) throw refused('answered meanwhile');
  }

  /**
   * Uses a pushed request up where its answer is an error, which writes nothing else.
   * @throws PageError when another answer was faster
   */
  async useForError(source: RequestSource): Promise<void> {
    if (source.pushed !== undefined) await this.database.write((tx) => this.use(source, tx));
  }
}

const refused = (detail: string): PageError =>
  new PageError(
    400,
    'invalid_request_uri',
    'This request has expired or was answered before',
    'Go back to the application that sent you here and start again.',
    { detail: `request_uri: ${detail}` },
  );
