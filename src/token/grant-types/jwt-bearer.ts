import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import {
  AssertionRefused,
  BearerAssertions,
  type VerifiedAssertion,
} from '../../clients/trusted-issuers/bearer-assertions.js';
import { jwtBearerGrantType } from '../../protocol/client-metadata.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { invalidGrant, OAuthError } from '../../protocol/errors.js';
import { parseScope } from '../../protocol/scope.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { AssertedEntitlements } from './asserted-entitlements.js';
import { type AssertedGrant, AssertedTokens } from './asserted-tokens.js';
import { AssertedUsers } from './asserted-users.js';
import type { GrantType, TokenRequest } from './grant-type.js';

/**
 * The JWT bearer grant (RFC 7523 §2.1): a client presents the assertion of a trusted issuer, and gets an access token for itself or for a
 * user, never a refresh token. Identity assertions (draft-ietf-oauth-identity-assertion-authz-grant) come the same way.
 */
@Injectable()
export class JwtBearerGrant implements GrantType {
  readonly name = jwtBearerGrantType;
  readonly parameters = ['assertion', 'scope', 'authorization_details'];

  constructor(
    private readonly assertions: BearerAssertions,
    private readonly assertedUsers: AssertedUsers,
    private readonly assertedEntitlements: AssertedEntitlements,
    private readonly assertedTokens: AssertedTokens,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, confirmation, now } = request;
    if (client.isPublic)
      throw new OAuthError('unauthorized_client', 'a public client cannot present assertions');
    const jwt = parameters.require('assertion');
    try {
      const assertion = await this.assertions.verify(jwt, client.clientId, now, ['jwt', 'id-jag']);
      checkClient(client, assertion);
      checkProof(confirmation, assertion);
      return await this.assertedTokens.issue(request, assertion, await this.grantOf(request, assertion));
    } catch (error) {
      // "If the assertion is not valid or has expired, the […] value MUST be "invalid_grant"" (RFC 7521 §4.1.1).
      if (error instanceof AssertionRefused) throw refused(error.message);
      throw error;
    }
  }

  private async grantOf(
    { client, parameters }: TokenRequest,
    assertion: VerifiedAssertion,
  ): Promise<AssertedGrant> {
    const isOfUser = assertion.issuer.subject === 'user';
    const user = isOfUser ? await this.assertedUsers.find(assertion) : undefined;
    const asked = parseScope(parameters.get('scope'));
    const granted = await this.assertedEntitlements.of(client, assertion, asked);
    return { grantType: jwtBearerGrantType, userId: user?.id ?? null, ...granted };
  }
}

/** "The client_id claim MUST identify the same client as the client authentication" (the draft, on processing). */
function checkClient({ clientId }: RegisteredClient, { issuer, claims }: VerifiedAssertion): void {
  if (issuer.kind === 'id-jag' && claims['client_id'] !== clientId)
    throw new AssertionRefused('client_id is not that of the client that authenticates');
}

/** An assertion that is bound to a key is presented with the proof of that key (RFC 7800 §3). */
function checkProof(proven: Confirmation | undefined, { claims: { cnf } }: VerifiedAssertion): void {
  if (cnf === undefined) return;
  const bound = (typeof cnf === 'object' ? cnf : null) as Readonly<Record<string, unknown>> | null;
  const names = Object.keys(bound ?? {});
  const isProven = names.length === 1 && names.every((name) => isSame(bound?.[name], proven, name));
  if (!isProven) throw new AssertionRefused('cnf is not proven by the request, or is not supported');
}

const isSame = (value: unknown, proven: Confirmation | undefined, name: string): boolean =>
  typeof value === 'string' && (name === 'jkt' || name === 'x5t#S256') && proven?.[name] === value;

const refused = (detail: string): Error =>
  invalidGrant(
    'the assertion is invalid or used, or is not from an issuer that is trusted for this client',
    `assertion: ${detail}`,
  );
