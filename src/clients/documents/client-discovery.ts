import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { OAuthError } from '../../protocol/errors.js';
import { ClientDocuments, maxStaleSeconds } from './client-documents.js';
import { DescribedClients } from './described-clients.js';
import { DocumentError } from './document-error.js';

/**
 * Learns about clients that nobody registered here, when a request names them. Only the endpoints at which such clients arrive make us
 * fetch: `/authorize` and those with client authentication. Everything else finds them in the directory, as last described.
 */
@Injectable()
export class ClientDiscovery {
  constructor(
    private readonly documents: ClientDocuments,
    private readonly described: DescribedClients,
    private readonly clients: ClientsStore,
    private readonly anonymous: AnonymousRequests,
    private readonly clock: Clock,
  ) {}

  /**
   * Fetches the document of a client_id that is a URL, unless it is known. Nothing is fetched for a client that is registered here or
   * disabled, or that the settings do not allow.
   * @param http the request that makes us fetch, for which the fetch is counted
   * @throws OAuthError invalid_client if there is no valid document, with the reason in its detail; temporarily_unavailable if there
   * were too many fetches, from this network or (without a copy) in all
   */
  async learn(clientId: string, http: FastifyRequest): Promise<void> {
    if (!this.documents.allows(clientId) || this.documents.isFresh(clientId)) return;
    const row = await this.clients.find(clientId);
    if (row && (row.documentFetchedAt === null || row.disabledAt !== null)) return;
    // Who asks too often gets no copy: otherwise a client could outlive its withdrawal by asking.
    await this.anonymous.count('client document fetch', http);
    try {
      await this.described.follow(await this.documents.fetch(clientId));
    } catch (error) {
      if (isTemporary(error) && this.hasCopy(clientId, row?.documentFetchedAt)) return;
      if (!(error instanceof DocumentError)) throw error;
      if (row && !error.isTemporary) await this.described.withdraw(row);
      throw new OAuthError('invalid_client', 'the client metadata document cannot be used', {
        detail: `client_id ${clientId.slice(0, 255)}: ${error.message}`,
      });
    }
  }

  /** Whether there is a copy in memory or, from the same or another replica, in the client's row. */
  private hasCopy(clientId: string, fetchedAt: number | null | undefined): boolean {
    if (this.documents.kept(clientId)) return true;
    return typeof fetchedAt === 'number' && this.clock.now() < fetchedAt + maxStaleSeconds;
  }
}

const isTemporary = (error: unknown): boolean =>
  error instanceof DocumentError
    ? error.isTemporary
    : error instanceof OAuthError && error.code === 'temporarily_unavailable';
