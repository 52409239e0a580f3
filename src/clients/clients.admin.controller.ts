import { Body, Controller, Delete, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { Actor, AdminRead, AdminWrite, LimitedTo } from '../resource/admin-api.js';
import { PathClientId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { toPageDto } from '../resource/paging.dto.js';
import { changeNothing } from '../resource/request-examples.js';
import { readScope, writeScope } from '../resource/rights.js';
import { ClientManagers } from './client-managers.js';
import { ClientProtection } from './client-protection.guard.js';
import { changedMeanwhile } from './client-refusals.js';
import { ClientRegistration } from './client-registration.js';
import { ClientSecrets } from './client-secrets.js';
import { notItself, refuseSelf } from './own-loss.js';
import {
  ClientDto,
  ClientPageDto,
  ClientsQuery,
  ClientWithSecretDto,
  RegisterClientDto,
  RotatedSecretDto,
  RotateSecretDto,
  toClientDto,
  UpdateClientDto,
} from './clients.dto.js';

const noClient = 'there is no client message-writer';

/** The admin API for clients. For administrators and service clients. */
@ApiTags('Clients')
@Controller(`${endpoints.admin}/clients`)
export class ClientsAdminController {
  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly secrets: ClientSecrets,
    private readonly managers: ClientManagers,
    private readonly clock: Clock,
  ) {}

  @Post()
  @AdminWrite('clients', {
    guards: [ClientProtection],
    summary: 'Register a client',
    description:
      'The response shows the secret. It is not shown again. A client manager manages the clients that they register.',
    status: 201,
    returns: ClientWithSecretDto,
    body: {
      type: RegisterClientDto,
      examples: {
        'web application': {
          summary: 'A web application',
          value: {
            client_name: 'Example application',
            redirect_uris: ['https://app.example.com/callback'],
            grant_types: ['authorization_code', 'refresh_token'],
            scope: 'openid profile email offline_access',
          },
        },
        service: {
          summary: 'A service that acts for itself',
          value: {
            client_name: 'Example service',
            grant_types: ['client_credentials'],
            scope: 'eyrie.admin.read',
          },
        },
      },
    },
    refuses: { 409: 'the client_id message-writer is taken' },
  })
  async registerClient(
    @Body() body: RegisterClientDto,
    @Actor() actor: Originator,
    @LimitedTo(writeScope('clients')) manager: string | undefined,
  ): Promise<ClientWithSecretDto> {
    const { client, secret } = await this.registration.register(
      body,
      actor,
      manager === undefined ? {} : { within: async (tx, id) => this.managers.note(tx, id, manager) },
    );
    const registered: ClientWithSecretDto = toClientDto(client);
    if (secret !== undefined) registered.client_secret = secret;
    return registered;
  }

  @Get()
  @AdminRead('clients', {
    summary: 'List clients',
    description: 'A client manager sees the clients that they manage.',
    returns: ClientPageDto,
  })
  async listClients(
    @Query() query: ClientsQuery,
    @LimitedTo(readScope('clients')) managedBy: string | undefined,
  ): Promise<ClientPageDto> {
    const { ...page } = query;
    return toPageDto(await this.clients.list({ ...page, managedBy }), toClientDto);
  }

  @Get(':client_id')
  @AdminRead('clients', {
    summary: 'Read a client',
    guards: [ClientProtection],
    returns: ClientDto,
    refuses: { 404: noClient },
    tagged: true,
  })
  async readClient(
    @PathClientId() clientId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.require(clientId), reply);
  }

  @Patch(':client_id')
  @AdminWrite('clients', {
    ends: () => ({ of: 'client change' }),
    guards: [ClientProtection],
    summary: 'Change a client',
    description:
      'Omitted fields stay unchanged. A client cannot take the scopes of the admin API from itself. Grants lose the scopes that the client loses; if its sector changes (`sector_identifier_uri`, the host of `redirect_uris`, `subject_type`), they are revoked.',
    returns: ClientDto,
    body: {
      type: UpdateClientDto,
      examples: {
        nothing: changeNothing,
        name: { summary: 'Another name', value: { client_name: 'MessageWriter' } },
        'redirection URIs': {
          summary: 'Other redirection URIs, in place of all present ones',
          value: { redirect_uris: ['https://writer.example.com/callback'] },
        },
      },
    },
    refuses: { 404: noClient, 409: notItself, 412: true },
    tagged: true,
  })
  async updateClient(
    @PathClientId() clientId: string,
    @Body() changes: UpdateClientDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.update(clientId, changes, actor, precondition), reply);
  }

  @Post(':client_id/disable')
  @AdminWrite('clients', {
    ends: ({ params }) => ({ of: 'client', clientId: params['client_id'] ?? '' }),
    guards: [ClientProtection],
    summary: 'Disable a client',
    description:
      'While a client is disabled, its requests are rejected and its tokens are inactive. A client cannot disable itself.',
    returns: ClientDto,
    refuses: { 404: noClient, 409: notItself, 412: true },
    tagged: true,
  })
  async disableClient(
    @PathClientId() clientId: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    refuseSelf(clientId, actor);
    return shown(await this.registration.setDisabled(clientId, true, actor, precondition), reply);
  }

  @Post(':client_id/enable')
  @AdminWrite('clients', {
    guards: [ClientProtection],
    summary: 'Enable a client again',
    returns: ClientDto,
    refuses: { 404: noClient, 412: true },
    tagged: true,
  })
  async enableClient(
    @PathClientId() clientId: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClientDto> {
    return shown(await this.registration.setDisabled(clientId, false, actor, precondition), reply);
  }

  @Delete(':client_id')
  @AdminWrite('clients', {
    ends: ({ params }) => ({ of: 'client', clientId: params['client_id'] ?? '' }),
    guards: [ClientProtection],
    summary: 'Delete a client',
    description:
      'All its grants and tokens are revoked, and the consent that users gave it is deleted. A client cannot delete itself.',
    refuses: { 404: noClient, 409: notItself, 412: true },
  })
  async deleteClient(
    @PathClientId() clientId: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    refuseSelf(clientId, actor);
    await this.registration.delete(clientId, actor, precondition);
  }

  @Post(':client_id/secrets')
  @AdminWrite('clients', {
    guards: [ClientProtection],
    summary: "Rotate a client's secret",
    description:
      'Adds a secret. The response shows it, and it is not shown again. The previous secrets remain valid during the overlap, so that the client can switch without interruption.',
    status: 201,
    returns: RotatedSecretDto,
    body: {
      type: RotateSecretDto,
      examples: {
        overlap: { summary: 'The previous secrets end in an hour', value: { overlap: 3_600 } },
      },
    },
    refuses: { 404: noClient, 409: changedMeanwhile },
  })
  async rotateClientSecret(
    @PathClientId() clientId: string,
    @Body() { overlap }: RotateSecretDto,
    @Actor() actor: Originator,
  ): Promise<RotatedSecretDto> {
    const client_secret = await this.secrets.rotate(clientId, overlap, actor);
    return { client_id: clientId, client_secret, previous_secrets_end_at: this.clock.now() + overlap };
  }
}

/** The client in the response, with the tag of its state. */
function shown(client: Client, reply: FastifyReply): ClientDto {
  sendEntityTag(reply, client);
  return toClientDto(client);
}
