import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import { ClientRegistration, refuseSelf } from './client-registration.js';
import {
  ClientDto,
  ClientPageDto,
  ClientWithSecretDto,
  RegisterClientDto,
  RotatedSecretDto,
  RotateSecretDto,
  toClientDto,
  UpdateClientDto,
} from './clients.dto.js';

/** The admin API for clients. For administrators and service clients. */
@ApiTags('Clients')
@Controller(`${endpoints.admin}/clients`)
export class ClientsAdminController {
  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly clock: Clock,
  ) {}

  @Post()
  @AdminWrite({
    summary: 'Register a client',
    description: 'The response shows the secret. It is not shown again.',
    status: 201,
    returns: ClientWithSecretDto,
    refuses: [409],
  })
  async registerClient(
    @Body() body: RegisterClientDto,
    @Actor() actor: string,
  ): Promise<ClientWithSecretDto> {
    const { client, secret } = await this.registration.register(body, actor);
    const registered: ClientWithSecretDto = toClientDto(client);
    if (secret !== undefined) registered.client_secret = secret;
    return registered;
  }

  @Get()
  @AdminRead({ summary: 'List clients', returns: ClientPageDto })
  async listClients(@Query() page: PageQuery): Promise<ClientPageDto> {
    return toPageDto(await this.clients.list(page), toClientDto);
  }

  @Get(':client_id')
  @AdminRead({ summary: 'Read a client', returns: ClientDto, refuses: [404], tagged: true })
  async readClient(
    @Param('client_id') clientId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.require(clientId), reply);
  }

  @Patch(':client_id')
  @AdminWrite({
    summary: 'Change a client',
    description:
      'Omitted fields stay unchanged. A client cannot take the scopes of the admin API from itself.',
    returns: ClientDto,
    refuses: [404, 409, 412],
    tagged: true,
  })
  async updateClient(
    @Param('client_id') clientId: string,
    @Body() changes: UpdateClientDto,
    @Actor() actor: string,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.update(clientId, changes, actor, precondition), reply);
  }

  @Post(':client_id/disable')
  @AdminWrite({
    summary: 'Disable a client',
    description:
      'While a client is disabled, its requests are rejected and its tokens are inactive. A client cannot disable itself.',
    returns: ClientDto,
    refuses: [404, 409, 412],
    tagged: true,
  })
  async disableClient(
    @Param('client_id') clientId: string,
    @Actor() actor: string,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    refuseSelf(clientId, actor);
    return shown(await this.registration.setDisabled(clientId, true, actor, precondition), reply);
  }

  @Post(':client_id/enable')
  @AdminWrite({ summary: 'Enable a client again', returns: ClientDto, refuses: [404, 412], tagged: true })
  async enableClient(
    @Param('client_id') clientId: string,
    @Actor() actor: string,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.setDisabled(clientId, false, actor, precondition), reply);
  }

  @Delete(':client_id')
  @AdminWrite({
    summary: 'Delete a client',
    description:
      'All its grants and tokens are revoked, and the consent that users gave it is deleted. A client cannot delete itself.',
    refuses: [404, 409, 412],
  })
  async deleteClient(
    @Param('client_id') clientId: string,
    @Actor() actor: string,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    refuseSelf(clientId, actor);
    await this.registration.delete(clientId, actor, precondition);
  }

  @Post(':client_id/secrets')
  @AdminWrite({
    summary: "Rotate a client's secret",
    description:
      'Adds a secret. The response shows it, and it is not shown again. The previous secrets remain valid during the overlap, so that the client can switch without interruption.',
    status: 201,
    returns: RotatedSecretDto,
    refuses: [404, 409],
  })
  async rotateClientSecret(
    @Param('client_id') clientId: string,
    @Body() { overlap }: RotateSecretDto,
    @Actor() actor: string,
  ): Promise<RotatedSecretDto> {
    const client_secret = await this.registration.rotateSecret(clientId, overlap, actor);
    return { client_id: clientId, client_secret, previous_secrets_end_at: this.clock.now() + overlap };
  }
}

/** The client in the response, with the tag of its state. */
function shown(client: Client, reply: FastifyReply): ClientDto {
  sendEntityTag(reply, client);
  return toClientDto(client);
}
