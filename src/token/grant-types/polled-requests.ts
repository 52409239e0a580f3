import { Injectable } from '@nestjs/common';
import { lookupHash } from '../../crypto/opaque-token.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import type {
  PolledRequestsStore,
  PolledRequestWithGrant,
} from '../../persistence/stores/polled-requests.js';
import { invalidGrant, OAuthError } from '../../protocol/errors.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { GrantTokenIssuance } from './grant-token-issuance.js';
import type { TokenRequest } from './grant-type.js';
import { timeAgo } from './time-ago.js';

/** What a client polls with. */
export interface Polled {
  readonly store: PolledRequestsStore;
  readonly value: string;
  /** What it is called: "device code". */
  readonly noun: string;
}

/** The grants that a client polls until the person has decided (RFC 8628 §3.5, CIBA Core §11). */
@Injectable()
export class PolledRequests {
  constructor(private readonly tokens: GrantTokenIssuance) {}

  /** @throws OAuthError with the codes of RFC 8628 §3.5 */
  async exchange(request: TokenRequest, polled: Polled): Promise<IssuedTokens> {
    const { client, now } = request;
    const { store, value, noun } = polled;
    const found = await store.find(lookupHash(value));
    if (!found || found.clientId !== client.clientId)
      throw refused(noun, 'unknown code, or a code of another client');
    const grant = await decided(found, polled, now);
    const tokens = await this.tokens.issueFirst(request, grant, {
      consume: (tx) => store.redeem(tx, found.id, now),
    });
    if (!tokens) throw refused(noun, 'it was used or its grant was revoked meanwhile');
    return tokens;
  }
}

/** The grant, if the person has allowed it. */
async function decided(
  { id, grant, ...request }: PolledRequestWithGrant,
  { store, noun }: Polled,
  now: number,
): Promise<IssuingGrant> {
  if (request.consumedAt !== null)
    throw invalidGrant(`the ${noun} was redeemed before, ${timeAgo(now - request.consumedAt)}`);
  if (request.expiresAt <= now) throw new OAuthError('expired_token', `the ${noun} has expired`);
  if (request.state === 'denied')
    throw new OAuthError('access_denied', 'the resource owner denied the request');
  if (request.state === 'pending' || !grant) {
    throw (await store.poll(id, now))
      ? new OAuthError('authorization_pending', 'the resource owner has not decided yet')
      : new OAuthError('slow_down', 'wait five seconds more between two requests');
  }
  if (grant.revokedAt !== null) throw refused(noun, 'the grant was revoked');
  if (grant.userDisabledAt !== null) throw refused(noun, 'the resource owner is disabled');
  return grant;
}

const refused = (noun: string, detail: string): Error =>
  invalidGrant(`the ${noun} is invalid or used, or was issued to another client`, detail);
