import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathClientId, PathId } from '../resource/path-parameters.js';
import { ClientManagers } from './client-managers.js';
import { ClientManagerListDto, toClientManagerDto } from './client-managers.dto.js';
import { ClientProtection } from './client-protection.guard.js';
import { UnlimitedRights } from './unlimited-rights.guard.js';

const noClient = 'there is no client message-writer';

/** The admin API for the people who manage single clients. For administrators and service clients. */
@ApiTags('Clients')
@Controller(`${endpoints.admin}/clients/:client_id/managers`)
export class ClientManagersAdminController {
  constructor(private readonly managers: ClientManagers) {}

  @Get()
  @AdminRead('clients', {
    summary: 'List who manages a client',
    description: 'Oldest first. Administrators manage all clients, and are not listed.',
    guards: [ClientProtection],
    returns: ClientManagerListDto,
    refuses: { 404: noClient },
  })
  async listClientManagers(@PathClientId() clientId: string): Promise<ClientManagerListDto> {
    return { items: (await this.managers.list(clientId)).map(toClientManagerDto) };
  }

  @Put(':user_id')
  @AdminWrite('clients', {
    summary: 'Give a client to a client manager',
    description: 'The user needs the role `client_manager`. Client managers cannot give clients themselves.',
    guards: [ClientProtection, UnlimitedRights],
    refuses: { 404: noClient },
  })
  async addClientManager(
    @PathClientId() clientId: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.managers.add(clientId, userId, actor);
  }

  @Delete(':user_id')
  @AdminWrite('clients', {
    summary: 'Take a client from a client manager',
    guards: [ClientProtection, UnlimitedRights],
    refuses: { 404: noClient },
  })
  async removeClientManager(
    @PathClientId() clientId: string,
    @PathId('user_id') userId: string,
    @Actor() actor: Originator,
  ): Promise<void> {
    await this.managers.remove(clientId, userId, actor);
  }
}
