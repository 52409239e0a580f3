import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { Caller, type Provisioner } from './provisioner.js';
import { ScimRoute } from './scim-route.js';
import { ScimSearch } from './scim-search.js';
import { readSearch } from './search-request.js';

/** A search of users and groups together (RFC 7644 §3.4.3). For provisioning clients. */
@Controller(`${endpoints.scim}/.search`)
export class ScimSearchController {
  constructor(private readonly search: ScimSearch) {}

  @Post()
  @HttpCode(200)
  @ScimRoute()
  async searchScim(@Body() body: unknown, @Caller() provisioner: Provisioner): Promise<object> {
    return this.search.find(readSearch(body), provisioner);
  }
}
