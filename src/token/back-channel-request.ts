import type { FastifyRequest } from 'fastify';
import type { AuthenticationRequest } from '../clients/authentication/method.js';
import { formParameters, queryOf } from '../http/forms.js';
import { invalidRequest } from '../protocol/errors.js';

const clientParameters = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/**
 * Reads a request to a back-channel endpoint, for client authentication.
 * @param known the endpoint's own parameters
 * @throws OAuthError invalid_request if the body is not a form, a parameter is repeated, or the URL has a query
 */
export function backChannelRequest(request: FastifyRequest, known: readonly string[]): AuthenticationRequest {
  // RFC 6749 §2.3.1: "The parameters can only be transmitted in the request-body and MUST NOT be included in the request URI."
  if (queryOf(request) !== '') throw invalidRequest('parameters belong in the body, not in the URL');
  const parameters = formParameters(request);
  parameters.refuseRepeated(clientParameters);
  parameters.refuseRepeated(known);
  return { authorization: request.headers.authorization, parameters, http: request };
}
