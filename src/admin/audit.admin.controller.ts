import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { AdminRead } from '../resource/admin-api.js';
import { AuditPageDto, AuditQuery, toAuditEventDto } from './audit.dto.js';
import { toPageDto } from '../resource/paging.dto.js';

/** The audit trail. For administrators and service clients. */
@ApiTags('Audit')
@Controller(`${endpoints.admin}/audit-events`)
export class AuditAdminController {
  constructor(private readonly audit: AuditStore) {}

  @Get()
  @AdminRead('audit', {
    summary: 'List audit events, newest first',
    description: 'An event never holds a password, code, token or secret.',
    returns: AuditPageDto,
  })
  async listAuditEvents(@Query() query: AuditQuery): Promise<AuditPageDto> {
    const { user_id: userId, client_id: clientId, grant_id: grantId, event, actor, address, ...page } = query;
    const filter = { userId, clientId, grantId, event, actor, address };
    return toPageDto(await this.audit.list(filter, page), toAuditEventDto);
  }
}
