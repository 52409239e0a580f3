import { Injectable } from '@nestjs/common';
import type { Parameters } from '../protocol/parameters.js';
import type { RequestSource } from './authorization-request.js';
import { isPushedReference, PushedRequests } from './pushed-requests.js';

/** Finds the parameters that count for a request: those that were sent, or those that the client pushed before. */
@Injectable()
export class RequestSources {
  constructor(private readonly pushedRequests: PushedRequests) {}

  /**
   * @param arriving whether the browser comes with the request now, rather than back from one of our pages
   * @throws PageError when a pushed request cannot be used
   */
  async find(sent: Parameters, arriving: boolean): Promise<RequestSource> {
    const requestUri = single(sent, 'request_uri');
    const clientId = single(sent, 'client_id');
    if (requestUri !== undefined && clientId !== undefined && isPushedReference(requestUri)) {
      // RFC 9101 §6.3: parameters outside are not used.
      return this.pushedRequests.open(requestUri, clientId, arriving);
    }
    return { parameters: sent, travelling: sent, pushed: undefined };
  }
}

/** A repeated parameter names nothing; the checks refuse it. */
const single = (parameters: Parameters, name: string): string | undefined =>
  parameters.repeated.has(name) ? undefined : parameters.get(name);
