import { Injectable } from '@nestjs/common';
import { OmitType } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { Client } from '../../persistence/entities/client.entity.js';
import { withDefaults } from '../../protocol/client-metadata/defaults.js';
import { type ClientMetadata, operatorMembers } from '../../protocol/client-metadata/members.js';
import type { MetadataProblem } from '../../protocol/metadata-problem.js';
import { OAuthError } from '../../protocol/errors.js';
import { formatScope, openidScopes, parseScope } from '../../protocol/scope.js';
import { adminScopes, ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { toOperatorMetadata } from '../client-columns.js';
import { ClientMetadataDto } from '../client-metadata.dto.js';
import { refuseProblems } from '../invalid-metadata.js';

/** What a client may say of itself: everything but what only operators set. Members that are unknown are ignored (RFC 7591 §2). */
class SelfDescription extends OmitType(ClientMetadataDto, operatorMembers) {}

/** Reads registration requests, and refuses what a client must not give itself. */
@Injectable()
export class RegistrationRequests {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /**
   * The whole metadata that a body describes, with defaults for what it leaves out; what holds for every client is checked elsewhere.
   * @param present the client that is to be changed; what an administrator gave it, it may keep
   * @param isTrusted whether an administrator vouched for who registers, by an initial access token
   * @throws OAuthError when the body is no JSON object
   * @throws InvalidMetadata naming each field that is wrong
   */
  async read(body: unknown, isTrusted: boolean, present?: Client): Promise<ClientMetadata> {
    const given = await described(body);
    const method = given.token_endpoint_auth_method ?? 'client_secret_basic';
    const metadata = withDefaults({
      ...given,
      scope: given.scope ?? formatScope(Object.keys(openidScopes)),
      // OpenID Connect has confidential clients do without PKCE, and has assertions name the token endpoint (OIDC Core §9): such a
      // client knows no other way, and cannot ask an administrator.
      require_pkce: given.require_pkce ?? method === 'none',
      assertion_audience: given.assertion_audience ?? 'endpoint',
      ...(present ? toOperatorMetadata(present) : {}),
    });
    refuseProblems([
      ...(await this.scopeProblems(metadata, present)),
      ...grantProblems(metadata, isTrusted, present),
    ]);
    return metadata;
  }

  /** Scopes of Eyrie's own administration are nobody's to take. */
  private async scopeProblems({ scope }: ClientMetadata, present?: Client): Promise<MetadataProblem[]> {
    const resources = await this.catalogue.all();
    const known = new Set(resources.flatMap((resource) => Object.keys(resource.scopes)));
    for (const name of Object.keys(adminScopes)) known.delete(name);
    for (const name of parseScope(present?.scope)) known.add(name);
    const unknown = parseScope(scope).filter((name) => !known.has(name));
    return unknown.length > 0
      ? [{ field: 'scope', reason: `holds what cannot be registered: ${formatScope(unknown)}` }]
      : [];
  }
}

/** With client_credentials nobody is asked for consent: a stranger cannot have that. */
function grantProblems(
  { grant_types }: ClientMetadata,
  isTrusted: boolean,
  present?: Client,
): MetadataProblem[] {
  const mayActForItself = isTrusted || present?.grantTypes.includes('client_credentials');
  return grant_types.includes('client_credentials') && !mayActForItself
    ? [{ field: 'grant_types', reason: 'holds client_credentials, which needs an initial access token' }]
    : [];
}

async function described(body: unknown): Promise<Partial<ClientMetadata>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'the body must be a JSON object');
  // RFC 7592 §2.2: a member that is null "MUST be treated as if it were omitted".
  const members = Object.entries(body).filter(([, value]) => value !== null);
  const description = plainToInstance(SelfDescription, Object.fromEntries(members));
  const faults = await validate(description, { whitelist: true });
  refuseProblems(
    faults.flatMap(({ property, constraints }) =>
      Object.values(constraints ?? {}).map((message) => ({
        field: property,
        reason: message.replace(`${property} `, ''),
      })),
    ),
  );
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
}
