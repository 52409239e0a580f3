import { All, Controller, Get, Inject, Param } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type ResourceType, sameName, type Schema } from '../protocol/scim/attribute.js';
import { groupType } from '../protocol/scim/group-type.js';
import { ScimError } from '../protocol/scim/scim-error.js';
import { describeResourceType, describeSchema, describeService } from './discovery.js';
import { wholeList } from './list-response.js';
import { ScimRoute } from './scim-route.js';
import { UserTypes } from './user-types.js';

/** What SCIM supports here (RFC 7644 §4). For provisioning clients. */
@Controller(endpoints.scim)
export class ScimDiscoveryController {
  private readonly base: string;

  constructor(
    private readonly userTypes: UserTypes,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.base = settings.issuer + endpoints.scim;
  }

  @Get('ServiceProviderConfig')
  @ScimRoute()
  readServiceProviderConfig(): object {
    return describeService(this.base);
  }

  @Get('ResourceTypes')
  @ScimRoute()
  async listResourceTypes(): Promise<object> {
    return wholeList((await this.types()).map((type) => describeResourceType(type, this.base)));
  }

  /** @throws ScimError 404 */
  @Get('ResourceTypes/:name')
  @ScimRoute()
  async readResourceType(@Param('name') name: string): Promise<object> {
    const type = (await this.types()).find((one) => sameName(one.name, name));
    if (!type) throw new ScimError(404, undefined, 'there is no such resource type');
    return describeResourceType(type, this.base);
  }

  @Get('Schemas')
  @ScimRoute()
  async listSchemas(): Promise<object> {
    return wholeList((await this.schemas()).map((schema) => describeSchema(schema, this.base)));
  }

  /** @throws ScimError 404 */
  @Get('Schemas/:id')
  @ScimRoute()
  async readSchema(@Param('id') id: string): Promise<object> {
    const schema = (await this.schemas()).find((one) => sameName(one.id, id));
    if (!schema) throw new ScimError(404, undefined, 'there is no such schema');
    return describeSchema(schema, this.base);
  }

  /** Provisioning clients are no users, so that there is no own resource (RFC 7644 §3.11). @throws ScimError 501 */
  @All('Me')
  @ScimRoute()
  refuseMe(): never {
    throw new ScimError(501, undefined, 'a provisioning client is not a user: /Me is not supported');
  }

  private async types(): Promise<ResourceType[]> {
    return [await this.userTypes.current(), groupType];
  }

  private async schemas(): Promise<Schema[]> {
    return (await this.types()).flatMap(({ schema, extensions }) => [schema, ...extensions]);
  }
}
