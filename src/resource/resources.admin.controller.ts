import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { Actor, AdminRead, AdminWrite } from './admin-api.js';
import { ResourceRegistration } from './resource-registration.js';
import { PutResourceDto, ResourceDto, ResourceListDto, toResourceDto } from './resources.dto.js';

/** The admin API for protected resources. For administrators and service clients. */
@ApiTags('Resources')
@Controller(`${endpoints.admin}/resources`)
export class ResourcesAdminController {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly registration: ResourceRegistration,
  ) {}

  @Get()
  @AdminRead({ summary: 'List protected resources', returns: ResourceListDto })
  async listResources(): Promise<ResourceListDto> {
    return { items: (await this.resources.all()).map(toResourceDto) };
  }

  @Put()
  @AdminWrite({
    summary: 'Register a protected resource, or replace its name and scopes',
    returns: ResourceDto,
    refuses: [409],
  })
  async putResource(@Body() resource: PutResourceDto, @Actor() actor: string): Promise<ResourceDto> {
    return toResourceDto(await this.registration.put(resource, actor));
  }
}
