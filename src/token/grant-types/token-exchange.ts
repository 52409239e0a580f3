import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { idJagTokenType } from '../../protocol/bearer-assertion.js';
import { tokenExchangeGrantType } from '../../protocol/client-metadata.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { ActiveTokens } from '../../resource/active-tokens.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { Delegation } from './delegation.js';
import { ForeignDelegation } from './foreign-delegation.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { IdentityAssertions } from './identity-assertions.js';
import { SubjectTokens, tokenTypes } from './subject-tokens.js';

/**
 * Token exchange (RFC 8693): a service that was called with a token gets another one, to call on for the same person. Always delegation.
 * The subject token is one of this server or of an issuer that is trusted for it. An identity assertion is asked for the same way, and is
 * something else.
 */
@Injectable()
export class TokenExchangeGrant implements GrantType {
  readonly name = tokenExchangeGrantType;
  readonly parameters = [
    'scope',
    'authorization_details',
    'requested_token_type',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
  ];

  constructor(
    private readonly subjectTokens: SubjectTokens,
    private readonly activeTokens: ActiveTokens,
    private readonly delegation: Delegation,
    private readonly foreignDelegation: ForeignDelegation,
    private readonly identityAssertions: IdentityAssertions,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters } = request;
    if (client.isPublic)
      throw new OAuthError('unauthorized_client', 'a public client cannot exchange tokens');
    const wanted = parameters.get('requested_token_type') ?? tokenTypes.accessToken;
    if (wanted === idJagTokenType)
      return this.identityAssertions.issue(request, await this.subjectTokens.read(request));
    if (wanted !== tokenTypes.accessToken)
      throw invalidRequest('requested_token_type can only be an access token or an identity assertion');
    await this.checkActor(client, parameters);
    if (parameters.get('subject_token_type') === tokenTypes.jwt) return this.foreignDelegation.issue(request);
    return this.delegation.issue(request, await this.subjectTokens.read(request));
  }

  /** The client that authenticates is the actor. It may say so by an access token of its own (§2.1), and by nobody else's. */
  private async checkActor(client: RegisteredClient, parameters: Parameters): Promise<void> {
    const token = parameters.get('actor_token');
    const type = parameters.get('actor_token_type');
    if (token === undefined && type === undefined) return;
    // "This parameter is REQUIRED when the actor_token parameter is present in the request but MUST NOT be included otherwise."
    if (token === undefined || type === undefined)
      throw invalidRequest('actor_token and actor_token_type come together');
    const active = type === tokenTypes.accessToken ? await this.activeTokens.find(token) : undefined;
    if (active?.clientId !== client.clientId || active.userId !== null)
      throw invalidRequest('the actor_token is not an access token with which this client acts for itself');
  }
}
