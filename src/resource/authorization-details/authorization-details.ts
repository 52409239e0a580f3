import { Injectable } from '@nestjs/common';
import {
  type AuthorizationDetail,
  invalidDetails,
  parseAuthorizationDetails,
} from '../../protocol/authorization-details.js';
import { ResourceCatalogue } from '../resource-catalogue.js';
import { type DetailType, DetailTypes } from './detail-types.js';
import { isHeededAt } from './locations.js';

type Details = readonly AuthorizationDetail[];

const none: Details = [];

/** The rules of authorization details (RFC 9396) that depend on their types. Without details, nothing is read. */
@Injectable()
export class AuthorizationDetails {
  constructor(
    private readonly types: DetailTypes,
    private readonly catalogue: ResourceCatalogue,
  ) {}

  /**
   * The details that a request names. "The AS MUST refuse to process any unknown authorization details type or authorization details
   * not conforming to the respective type definition" (§5).
   * @param allowed the types that the client registered (§10)
   * @throws OAuthError invalid_authorization_details
   */
  async requested(parameter: string | undefined, allowed: readonly string[]): Promise<Details> {
    const details = parseAuthorizationDetails(parameter);
    if (details.length === 0) return none;
    const types = await this.types.all();
    for (const detail of details) {
      const type = types.get(detail.type);
      const name = detail.type.slice(0, 255);
      if (!type) throw invalidDetails('a type of authorization_details is unknown', `type ${name}`);
      if (!allowed.includes(detail.type))
        throw invalidDetails(
          'this client is not registered for a type of these authorization_details',
          `type ${name}: authorization_details_types are ${allowed.join(' ') || 'none'}`,
        );
      const problem = type.check(detail);
      if (problem !== undefined)
        throw invalidDetails('authorization_details do not conform to their type', `${name}: ${problem}`);
    }
    return details;
  }

  /**
   * As {@link requested}, by a client that acts for itself.
   * @throws OAuthError invalid_authorization_details
   */
  async requestedForItself(parameter: string | undefined, allowed: readonly string[]): Promise<Details> {
    const details = await this.requested(parameter, allowed);
    if (details.length === 0) return none;
    const types = await this.types.all();
    const foreign = details.find(({ type }) => !types.get(type)?.client_credentials);
    if (foreign)
      throw invalidDetails(
        'a type of these authorization_details needs a resource owner',
        `type ${foreign.type} without client_credentials`,
      );
    return details;
  }

  /** What is left of details that were granted: types may have gone or changed since, and the client may have lost them. */
  async left(granted: Details | null, allowed: readonly string[]): Promise<Details> {
    if (!granted || granted.length === 0) return none;
    const types = await this.types.all();
    return granted.filter(
      (detail) =>
        allowed.includes(detail.type) &&
        types.get(detail.type)?.check(detail) === undefined &&
        types.has(detail.type),
    );
  }

  /** Those that one of these resources heeds (§9, "filtered to the specific audience"). */
  async at(details: Details, resources: readonly string[]): Promise<Details> {
    if (details.length === 0) return none;
    const types = await this.types.all();
    return details.filter((detail) => isHeededAt(detail, types.get(detail.type)?.resource, resources));
  }

  /** The resources to which the types of these details belong, as they are registered: tokens are for them as for those of scopes. */
  async resourcesOf(details: Details): Promise<readonly string[]> {
    if (details.length === 0) return [];
    const types = await this.types.all();
    const named = details.flatMap(({ type }) => types.get(type)?.resource ?? []);
    const registered = (await this.catalogue.all()).map(({ identifier }) => identifier);
    return (await this.catalogue.registered(named)).filter((identifier) => registered.includes(identifier));
  }

  /** The types of these details, as far as they are registered. */
  async typesOf(details: Details): Promise<ReadonlyMap<string, DetailType>> {
    return details.length === 0 ? new Map() : this.types.all();
  }
}
