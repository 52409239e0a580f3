import { Injectable } from '@nestjs/common';
import { GrantRevocation } from '../../consent/grant-revocation.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import {
  AuthorizationCodesStore,
  type CodeWithGrant,
} from '../../persistence/stores/authorization-codes.store.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { invalidGrant } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { isCodeVerifier, verifiesChallenge } from '../../protocol/pkce.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { GrantTokenIssuance } from './grant-token-issuance.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { timeAgo } from './time-ago.js';

/** The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3). */
@Injectable()
export class AuthorizationCodeGrant implements GrantType {
  readonly name = 'authorization_code';
  readonly parameters = ['code', 'redirect_uri', 'code_verifier', 'authorization_details'];

  constructor(
    private readonly codes: AuthorizationCodesStore,
    private readonly tokens: GrantTokenIssuance,
    private readonly grantRevocation: GrantRevocation,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, confirmation, now } = request;
    const codeHash = lookupHash(parameters.require('code'));
    const code = await this.codes.find(codeHash);

    // "ensure that the authorization code was issued to the authenticated confidential client" (§4.1.3)
    if (!code || code.clientId !== client.clientId)
      throw refused('unknown code, or a code of another client');
    if (code.consumedAt !== null) return this.replayed(code, now);
    if (code.expiresAt <= now) throw refused('the code has expired');
    if (code.grant.revokedAt !== null) throw refused('the grant was revoked');
    if (code.grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    checkRedirectUri(code, parameters.get('redirect_uri'));
    // The client may have been changed since: whoever received the code must still be known as this client.
    if (!client.allowsRedirectUri(code.redirectUri))
      throw refused(`redirect_uri: ${code.redirectUri} is no longer registered`);
    checkVerifier(code, parameters);
    checkKey(code, confirmation);

    const tokens = await this.tokens.issueFirst(request, code.grant, {
      nonce: code.nonce,
      consume: (tx) => this.codes.redeem(tx, codeHash, now),
    });
    return tokens ?? this.replayed((await this.codes.find(codeHash)) ?? code, now);
  }

  /**
   * "If an authorization code is used more than once, the authorization server MUST deny the request and SHOULD revoke (when
   * possible) all tokens previously issued based on that authorization code." (RFC 6749 §4.1.2) Developers of clients cause it
   * themselves, and see only that the first tokens have ended: the answer says why.
   */
  private async replayed({ grant, clientId, consumedAt }: CodeWithGrant, now: number): Promise<never> {
    await this.grantRevocation.revoke({ ...grant, clientId }, 'code_replayed', `client:${clientId}`);
    if (consumedAt === null) throw refused('the code was redeemed or its grant revoked meanwhile');
    const ago = timeAgo(now - consumedAt);
    throw invalidGrant(
      `the code was redeemed before, ${ago}, so its grant has ended: a code can be redeemed once. ` +
        'In a browser this happens when an effect that redeems it runs twice',
      `the code was redeemed before, ${ago}; grant ${grant.id} is revoked (RFC 6749 section 4.1.2). An effect that runs twice, as in ` +
        "React's development mode, a reload of the callback page, or a retry of the request causes this: docs/clients.md names the cure",
    );
  }
}

/** "redirect_uri REQUIRED, if the parameter was included in the authorization request […] and their values MUST be identical" */
function checkRedirectUri(code: CodeWithGrant, redirectUri: string | undefined): void {
  if (redirectUri === undefined ? code.redirectUriSent : redirectUri !== code.redirectUri) {
    throw refused(`redirect_uri: expected ${code.redirectUri}, received ${redirectUri ?? 'none'}`);
  }
}

function checkVerifier({ codeChallenge }: CodeWithGrant, parameters: Parameters): void {
  const verifier = parameters.get('code_verifier');
  if (codeChallenge === null) {
    // RFC 9700 §2.1.1: a verifier for a code without challenge is a downgrade attempt.
    if (verifier !== undefined)
      throw refused('a code_verifier was sent, but the authorization request had no code_challenge');
    return;
  }
  if (verifier === undefined) throw refused('code_verifier: expected one, received none');
  if (!isCodeVerifier(verifier))
    throw refused(
      `code_verifier: expected 43 to 128 unreserved characters, received ${verifier.length} characters, or others than those`,
    );
  if (!verifiesChallenge(verifier, codeChallenge))
    throw refused('code_verifier: its SHA-256 is not the code_challenge of the authorization request');
}

/** The key of the DPoP proof must be the key that the authorization request named (RFC 9449 §10). */
function checkKey({ dpopJkt }: CodeWithGrant, confirmation: Confirmation | undefined): void {
  if (dpopJkt !== null && dpopJkt !== confirmation?.jkt)
    throw refused(`key: expected ${dpopJkt}, received ${confirmation?.jkt ?? 'none'}`);
}

const refused = (detail: string): Error =>
  invalidGrant('the code is invalid, expired or used, or was issued for another request', detail);
