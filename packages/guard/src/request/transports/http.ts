import type { HeaderResponse, TokenHolder } from '../carrier.js';
import type { CarrierRequest } from '../credentials.js';
import type { Transport } from './transport.js';

/** The request of a route. */
export const http: Transport = {
  type: 'http',
  remedy: 'the request needs headers',
  carrierOf(context) {
    // The same as switchToHttp(), without creating an object at each request.
    const request = context.getArgByIndex<CarrierRequest & TokenHolder>(0);
    return { kind: 'http', request, holder: request, response: context.getArgByIndex<HeaderResponse>(1) };
  },
};
