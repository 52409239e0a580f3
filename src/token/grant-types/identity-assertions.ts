import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { decidingPolicy } from '../../clients/assertion-policies/decision.js';
import { type LoadedPolicy, loadedPolicy } from '../../clients/assertion-policies/definition.js';
import { ClientDirectory } from '../../clients/client-directory.js';
import { Subjects } from '../../clients/subjects.js';
import { AssertionPoliciesStore } from '../../persistence/stores/assertion-policies.store.js';
import { MembershipsStore } from '../../persistence/stores/memberships.store.js';
import { reachedAcrs } from '../../protocol/acr.js';
import { idJagTokenType } from '../../protocol/bearer-assertion.js';
import { invalidRequest } from '../../protocol/errors.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { formatScope, parseScope } from '../../protocol/scope.js';
import { Sessions } from '../../sessions/sessions.js';
import { IdentityAssertionMint } from '../mint/identity-assertion.js';
import type { IssuedTokens } from '../mint/token-response.js';
import type { TokenRequest } from './grant-type.js';
import { refused, type SubjectToken, tokenTypes } from './subject-tokens.js';

/**
 * Vouches for people at other authorization servers (draft-ietf-oauth-identity-assertion-authz-grant): a client exchanges the ID token or
 * the refresh token of its own sign-in for an assertion, which it presents there. "The IdP evaluates administrator-defined policy for the
 * token exchange request and determines if the client should be granted access".
 */
@Injectable()
export class IdentityAssertions {
  constructor(
    private readonly policies: AssertionPoliciesStore,
    private readonly memberships: MembershipsStore,
    private readonly clients: ClientDirectory,
    private readonly subjects: Subjects,
    private readonly sessions: Sessions,
    private readonly assertionMint: IdentityAssertionMint,
    private readonly changes: Changes,
  ) {}

  /** @throws OAuthError invalid_request, invalid_target, access_denied, invalid_scope, insufficient_user_authentication */
  async issue(request: TokenRequest, subject: SubjectToken): Promise<IssuedTokens> {
    const { client, parameters, confirmation, now } = request;
    await this.checkSignIn(request, subject);
    const { grant } = subject;
    const [audience, ...others] = parameters.all('audience');
    if (audience === undefined || others.length > 0)
      throw invalidRequest('audience is the issuer identifier of one authorization server');
    const asked = {
      audience,
      resources: parseResources(parameters.all('resource')),
      scopes: parseScope(parameters.get('scope')),
    };
    const { groups } = await this.memberships.of(grant.userId);
    const policy = decidingPolicy((await this.policies.enabledOf(client.clientId)).map(loadedPolicy), {
      ...asked,
      groups: groups.map(({ name }) => name),
      acrs: reachedAcrs(grant.amr ?? []),
      authAge: now - (grant.authTime ?? -Infinity),
    });
    const scopes = asked.scopes.length > 0 ? asked.scopes : parseScope(policy.scope);
    const resources = asked.resources.length > 0 ? asked.resources : policy.resources;
    const { token, jti } = await this.assertionMint.mint({
      policy,
      grant,
      subject: await this.subjectAt(policy, grant.userId),
      scopes,
      resources,
      confirmation,
      now,
    });
    await this.changes.note({
      event: 'assertion.issued',
      actor: `client:${client.clientId}`,
      userId: grant.userId,
      clientId: client.clientId,
      grantId: grant.id,
      detail: {
        policy: policy.name,
        audience: policy.audience,
        audience_client: policy.audience_client_id,
        scope: formatScope(scopes),
        resources: resources.join(' '),
        jti,
      },
    });
    return {
      response: {
        access_token: token,
        issued_token_type: idJagTokenType,
        token_type: 'N_A',
        expires_in: policy.lifetime,
        scope: formatScope(scopes),
      },
    };
  }

  /** "MUST validate that the audience of the Subject Token […] matches the client_id of the client authentication of the request." */
  private async checkSignIn({ client, parameters }: TokenRequest, subject: SubjectToken): Promise<void> {
    const type = parameters.get('subject_token_type');
    if (type !== tokenTypes.idToken && type !== tokenTypes.refreshToken)
      throw invalidRequest('subject_token must be an ID token or a refresh token for an identity assertion');
    if (parameters.get('actor_token') !== undefined)
      throw invalidRequest('actor_token is not used for an identity assertion');
    const { holder, grant } = subject;
    if (holder !== client.clientId) throw refused(`of ${holder}: it was not issued to this client`);
    if (!parseScope(grant.scope).includes('openid')) throw refused('its grant is no sign-in (openid)');
    // A refresh token with offline_access outlives the session; an ID token tells of it.
    const isOfSession = type === tokenTypes.idToken && grant.sessionId !== null;
    if (isOfSession && !(await this.sessions.isActive(grant.sessionId ?? '')))
      throw refused('its session has ended');
  }

  /** "The subject identifier […] of the resource owner at the Resource Authorization Server". */
  private async subjectAt({ name, sso_client_id: clientId }: LoadedPolicy, userId: string): Promise<string> {
    if (clientId === undefined) return userId;
    const client = await this.clients.find(clientId);
    if (client) return this.subjects.subjectFor(client, userId);
    throw invalidTarget(
      'this client gets no assertions for this audience',
      `the client ${clientId} of the policy ${name} is unknown or disabled`,
    );
  }
}
