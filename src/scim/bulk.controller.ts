import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { readBulkRequest } from './bulk-request.js';
import { Caller, type Provisioner } from './provisioner.js';
import { ScimBulk } from './scim-bulk.js';
import { ScimRoute } from './scim-route.js';

/** Several operations in one request (RFC 7644 §3.7). For provisioning clients. */
@Controller(`${endpoints.scim}/Bulk`)
export class ScimBulkController {
  constructor(private readonly bulk: ScimBulk) {}

  @Post()
  @HttpCode(200)
  @ScimRoute()
  async performBulk(@Body() body: unknown, @Caller() provisioner: Provisioner): Promise<object> {
    return this.bulk.perform(readBulkRequest(body), provisioner);
  }
}
