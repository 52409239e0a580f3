import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Outbound, OutboundError, type OutboundResponse } from '../../outbound/outbound.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { isAllowedHost } from '../../outbound/outbound-rules.js';
import { newId } from '../../persistence/id.js';
import { clientIdUrlProblem, isClientIdUrl } from '../../protocol/client-id-url.js';
import { OAuthError } from '../../protocol/errors.js';
import { toColumns } from '../client-columns.js';
import { DocumentError } from './document-error.js';
import { DocumentReader } from './document-reader.js';

/** The limits within which the response's own lifetime counts (RFC 9111). The lower one spans the requests of one authorization. */
const minFreshSeconds = 60;
const maxFreshSeconds = 86_400;
/** While its host is down, a copy is used for up to this time (RFC 9111 §4.2.4). */
export const maxStaleSeconds = 86_400;
/** "Recommended maximum response size of 5 kilobytes", with room for keys. */
const maxDocumentBytes = 16 * 1_024;
const maxDocuments = 1_000;
/** Documents that are fetched at once, and that wait for it. A fetch takes five seconds at most. */
const maxAtOnce = 10;
const maxWaiting = 20;
const retryAfterSeconds = 5;

/** A client as its document describes it. */
interface Copy {
  readonly client: Client;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

/**
 * The documents at the URLs that clients have as client_id (draft-ietf-oauth-client-id-metadata-document-03), as far as
 * `EYRIE_CLIENT_DOCUMENTS` allows them. Copies are kept in memory only: what is fetched for an anonymous request writes nothing.
 */
@Injectable()
export class ClientDocuments {
  private readonly copies = new LRUCache<string, Copy>({ max: maxDocuments });
  private readonly underWay = new Map<string, Promise<Client>>();
  private readonly inTurn = pLimit(maxAtOnce);

  constructor(
    private readonly outbound: Outbound,
    private readonly reader: DocumentReader,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Whether a document may describe the client with this client_id. `any` leaves out the hosts that operators allow at private addresses:
   * a stranger would choose the path that is asked for there.
   */
  allows(clientId: string): boolean {
    const { clientDocuments: allowed } = this.settings;
    if (allowed === 'off' || !isClientIdUrl(clientId) || !URL.canParse(clientId)) return false;
    const url = new URL(clientId);
    if (isAllowedHost(url, allowed)) return true;
    return allowed.includes('any') && !isAllowedHost(url, this.settings.outboundAllow);
  }

  /** The client as it was last described; undefined if that is too long ago. */
  kept(clientId: string): Client | undefined {
    const copy = this.copies.get(clientId);
    const isUsable = copy && this.clock.monotonic() < copy.fetchedAt + maxStaleSeconds;
    return isUsable || (copy && this.isFresh(clientId)) ? copy.client : undefined;
  }

  isFresh(clientId: string): boolean {
    const copy = this.copies.get(clientId);
    return copy !== undefined && this.clock.monotonic() < copy.freshUntil;
  }

  /**
   * Fetches the document, and keeps it. A response that is no valid document is not kept, and ends the copy.
   * @throws DocumentError if there is no document, or it is refused
   * @throws OAuthError temporarily_unavailable if there are too many fetches
   */
  async fetch(clientId: string): Promise<Client> {
    let fetching = this.underWay.get(clientId);
    if (!fetching) {
      if (this.inTurn.pendingCount >= maxWaiting)
        throw new OAuthError('temporarily_unavailable', 'too many documents are being fetched', {
          status: 503,
          retryAfter: retryAfterSeconds,
        });
      fetching = this.inTurn(() => this.load(clientId)).finally(() => this.underWay.delete(clientId));
      this.underWay.set(clientId, fetching);
    }
    return fetching;
  }

  private async load(clientId: string): Promise<Client> {
    try {
      const problem = clientIdUrlProblem(clientId) ?? this.outbound.problem(clientId);
      if (problem !== undefined) throw new DocumentError(`the client_id ${problem}`);
      const response = await this.request(clientId);
      const { metadata, scopeUnstated } = await this.reader.read(clientId, response.body);
      const now = this.clock.now();
      const client: Client = {
        ...toColumns({ ...metadata, client_name: metadata.client_name ?? clientId }),
        id: newId(),
        clientId,
        registrationTokenHash: null,
        scopeUnstated,
        documentFetchedAt: now,
        version: 0,
        disabledAt: null,
        createdAt: now,
        updatedAt: now,
      };
      const fetchedAt = this.clock.monotonic();
      this.copies.set(clientId, {
        client,
        fetchedAt,
        freshUntil: fetchedAt + (await lifetimeOf(clientId, response)),
      });
      return client;
    } catch (error) {
      if (error instanceof DocumentError && !error.isTemporary) this.copies.delete(clientId);
      throw error;
    }
  }

  /** "The authorization server MUST NOT automatically follow HTTP redirects when fetching the Client ID Metadata Document" (§5). */
  private async request(clientId: string): Promise<OutboundResponse> {
    let response: OutboundResponse;
    try {
      response = await this.outbound.fetch(clientId, {
        accept: 'application/json',
        maxRedirects: 0,
        maxBodyBytes: maxDocumentBytes,
      });
    } catch (error) {
      throw error instanceof OutboundError ? new DocumentError(error.message, true) : error;
    }
    const { status, mediaType = 'no type' } = response;
    if (status !== 200) throw new DocumentError(`it answered ${status}`, status >= 500 || status === 429);
    if (!/^application\/(?:[\w.-]+\+)?json$/.test(mediaType)) throw new DocumentError(`it is ${mediaType}`);
    return response;
  }
}

/** For how many seconds a response is fresh, within our limits. */
async function lifetimeOf(url: string, { status, headers }: OutboundResponse): Promise<number> {
  const { default: CachePolicy } = await import('http-cache-semantics');
  const policy = new CachePolicy({ url, method: 'GET', headers: {} }, { status, headers }, { shared: true });
  const seconds = policy.storable() ? Math.floor(policy.timeToLive() / 1_000) : 0;
  return Math.min(Math.max(seconds, minFreshSeconds), maxFreshSeconds);
}
