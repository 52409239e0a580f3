import { Injectable } from '@nestjs/common';
import type { OpaqueAccessToken } from '../persistence/entities/access-token.entity.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { issues } from '../protocol/response-type.js';
import { parseScope } from '../protocol/scope.js';
import { AccessTokenMint, type MintedAccessToken } from '../token/mint/access-token.js';
import { IdTokenMint } from '../token/mint/id-token.js';
import type { AuthorizationRequest } from './authorization-request.js';

/** Tokens from the authorization endpoint itself (OIDC Core §3.2.2.5 and §3.3.2.5), for relying parties that still need them. */
@Injectable()
export class FrontChannelTokens {
  constructor(
    private readonly accessTokens: AccessTokenMint,
    private readonly idTokens: IdTokenMint,
  ) {}

  /**
   * Mints the tokens of the response type.
   * @param userId the resource owner of the grant
   * @returns the parameters of the response, and the row to store if the access token is opaque
   */
  async mint(
    request: AuthorizationRequest,
    grant: Grant,
    userId: string,
    code: string | undefined,
  ): Promise<{ readonly parameters: Record<string, string>; readonly row: OpaqueAccessToken | undefined }> {
    const { client, responseType } = request;
    const scopes = parseScope(grant.scope);
    const access = issues(responseType, 'token')
      ? await this.accessTokens.mint({
          client,
          grant,
          scopes,
          resources: grant.resources,
          now: grant.createdAt,
        })
      : undefined;
    // Without the scope openid there is no ID token.
    const isIdTokenDue = issues(responseType, 'id_token') && scopes.includes('openid');
    const parameters = {
      ...(access ? accessParameters(access, grant.scope) : {}),
      ...(isIdTokenDue
        ? {
            id_token: await this.idTokens.mint({
              client,
              grant,
              userId,
              accessToken: access?.token,
              code,
              alone: responseType === 'id_token',
              nonce: request.nonce,
              now: grant.createdAt,
            }),
          }
        : {}),
    };
    return { parameters, row: access?.row };
  }
}

/** RFC 6749 §4.2.2 */
const accessParameters = (access: MintedAccessToken, scope: string): Record<string, string> => ({
  access_token: access.token,
  token_type: 'Bearer',
  expires_in: String(access.expiresIn),
  scope,
});
