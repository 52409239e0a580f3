import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import { OAuthError } from '../protocol/errors.js';
import { documentHash, requestObjectMediaTypes, requestUriProblem } from '../protocol/request-uri.js';

/** Seconds that a document whose request_uri names its hash is used without asking again. */
const freshFor = 60;

/** Request objects by reference (RFC 9101 §5.2, OIDC Core §6.2). What is fetched is text of the client's: nothing is known of it yet. */
@Injectable()
export class RequestDocuments {
  private readonly known = new LRUCache<string, { readonly text: string; readonly until: number }>({
    max: 100,
  });

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The document behind a request_uri, fetched only when this client may use it.
   * @throws OAuthError request_uri_not_supported for a client without keys, else invalid_request_uri; why is for the log alone, for it
   * may tell what a network looks like
   */
  async fetch(client: RegisteredClient, requestUri: string): Promise<string> {
    if (!client.hasKeys)
      throw new OAuthError('request_uri_not_supported', 'this client has no keys to sign requests with');
    if (this.settings.requestUri === 'registered' && !client.allowsRequestUri(requestUri))
      throw unusable(
        `expected one of ${(client.metadata.requestUris ?? []).join(' ')}, received ${requestUri.slice(0, 600)}`,
      );
    const problem = requestUriProblem(requestUri);
    if (problem !== undefined) throw unusable(problem);

    const kept = this.known.get(requestUri);
    if (kept && this.clock.now() < kept.until) return kept.text;
    const document = await this.read(requestUri);
    const text = document.trim();
    const expected = documentHash(requestUri);
    if (expected === undefined) return text;
    const hash = createHash('sha256').update(document).digest('base64url');
    if (hash === expected) this.known.set(requestUri, { text, until: this.clock.now() + freshFor });
    // A fragment that was registered is older than the document may be: it is the name of a version then, and no hash.
    else if (!client.metadata.requestUris?.includes(requestUri))
      throw unusable(`the document's hash is ${hash}, its fragment says ${expected}`);
    return text;
  }

  private async read(requestUri: string): Promise<string> {
    try {
      const { status, body, mediaType } = await this.outbound.fetch(requestUri, {
        accept: requestObjectMediaTypes.join(', '),
      });
      if (status !== 200) throw unusable(`it answered ${status}`);
      if (!requestObjectMediaTypes.includes(mediaType)) throw unusable(`it is ${mediaType ?? 'of no type'}`);
      return body;
    } catch (error) {
      throw error instanceof OutboundError ? unusable(error.message) : error;
    }
  }
}

/** "The request_uri in the Authorization Request returns an error or contains invalid data" (RFC 9101 §7). */
export const unusable = (detail: string): OAuthError =>
  new OAuthError('invalid_request_uri', 'the request_uri does not lead to a valid request object', {
    detail: `request_uri: ${detail}`,
  });
