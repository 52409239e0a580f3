import { Injectable, NotFoundException } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { unknownClient } from '../clients/client-refusals.js';
import { Subjects } from '../clients/subjects.js';
import { Clock } from '../config/clock.js';
import { PersonClaims } from '../directory/claims.js';
import { newGrant } from '../persistence/entities/grant-columns.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { formatScope } from '../protocol/scope.js';
import { Entitlements } from './entitlements.js';
import { AccessTokenMint } from './mint/access-token.js';
import { IdTokenMint } from './mint/id-token.js';

/** For whom tokens would be issued. */
export interface PreviewedIssue {
  /** The id of a user, or their username. */
  readonly user: string;
  readonly client: string;
  /** All scopes of the client if omitted. */
  readonly scope?: string | undefined;
}

/** The claims of what would be issued; null where nothing would be. */
export interface PreviewedClaims {
  readonly scope: string;
  readonly id_token: object | null;
  readonly userinfo: object | null;
  readonly access_token: object | null;
  readonly introspection: object | null;
}

/** Shows the claims of tokens that would be issued. Nothing is signed or stored. */
@Injectable()
export class ClaimsPreview {
  constructor(
    private readonly users: UsersStore,
    private readonly clients: ClientDirectory,
    private readonly entitlements: Entitlements,
    private readonly idTokens: IdTokenMint,
    private readonly accessTokens: AccessTokenMint,
    private readonly claims: PersonClaims,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundException if there is no such user or client */
  async preview({ user: named, client: clientId, scope }: PreviewedIssue): Promise<PreviewedClaims> {
    const user = (await this.users.find(named)) ?? (await this.users.findByUsername(named));
    if (!user) throw new NotFoundException(`there is no user ${named}`);
    const client = await this.clients.find(clientId);
    if (!client) throw unknownClient(clientId);
    const now = this.clock.now();
    const userId = user.id;
    const grant = newGrant({
      grantType: 'authorization_code',
      clientId,
      userId,
      scope: scope ?? formatScope(client.scopes),
      offline: false,
      authTime: now,
      createdAt: now,
    });
    const entitlement = await this.entitlements.ofGrant(client, grant);
    const issued = await this.entitlements.withoutForeignAdministration(entitlement);
    const { scopes } = issued;
    const isOfOpenid = scopes.includes('openid');
    const access = { client, grant, ...issued, now };
    const audience = await this.accessTokens.audienceOf(access);
    const sub = this.subjects.subjectFor(client, userId);
    const holds = { clientId, scopes, userId, organizationId: null };
    return {
      scope: formatScope(scopes),
      id_token: isOfOpenid
        ? await this.idTokens.payload({ client, grant, scopes: entitlement.scopes, userId, now })
        : null,
      userinfo: isOfOpenid ? { sub, ...(await this.claims.inUserinfo(user, holds)) } : null,
      access_token:
        client.metadata.accessTokenFormat === 'opaque'
          ? null
          : await this.accessTokens.payload(access, audience),
      introspection: {
        active: true,
        sub,
        aud: audience,
        client_id: clientId,
        scope: formatScope(scopes),
        ...(await this.claims.ofAccess('introspection', { ...holds, audience })),
      },
    };
  }
}
