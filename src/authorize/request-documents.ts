import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import { OAuthError } from '../protocol/errors.js';
import { documentHash, requestObjectMediaTypes, requestUriProblem } from '../protocol/request-uri.js';

/** A document whose request_uri contains its hash is fetched again after this time. */
const cacheTtlSeconds = 60;

/** Fetches request objects by reference (RFC 9101 §5.2, OIDC Core §6.2). The text is not verified here. */
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
   * The document of a request_uri. It is fetched only if this client may use that request_uri.
   * @throws OAuthError request_uri_not_supported for a client without keys, invalid_request_uri otherwise. The reason is in `detail`
   * only, since it could reveal what our network looks like
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
    if (kept && this.clock.monotonic() < kept.until) return kept.text;
    const document = await this.read(requestUri);
    const text = document.trim();
    const expected = documentHash(requestUri);
    if (expected === undefined) return text;
    const hash = createHash('sha256').update(document).digest('base64url');
    if (hash === expected) this.known.set(requestUri, { text, until: this.clock.monotonic() + cacheTtlSeconds });
    // The fragment of a registered request_uri may be a version number, or the hash of an earlier document.
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
