import { invalidTarget } from '../../protocol/resource-indicator.js';
import type { ClientRequest, DetailedRequest, ScopedRequest } from '../authorization-request.js';
import type { Knowledge } from './check.js';

/** Of types that the client registered, and that they conform to (RFC 9396 §5). */
export async function authorizationDetails(
  { client, parameters }: ClientRequest,
  { authorizationDetails: rules }: Knowledge,
): Promise<Pick<DetailedRequest, 'authorizationDetails'>> {
  const { authorizationDetailsTypes } = client;
  const parameter = parameters.get('authorization_details');
  return { authorizationDetails: await rules.requested(parameter, authorizationDetailsTypes) };
}

/** No token could have those that none of the named resources heeds: nobody is asked for them (RFC 8707 §2.1). */
export async function detailsAtResources(
  { parameters, authorizationDetails: details }: ScopedRequest,
  { authorizationDetails: rules, catalogue }: Knowledge,
): Promise<void> {
  const named = parameters.all('resource');
  if (named.length === 0 || details.length === 0) return;
  const heeded = await rules.at(details, await catalogue.registered(named));
  if (heeded.length < details.length)
    throw invalidTarget('none of the named resources is that of some of the authorization_details');
}
