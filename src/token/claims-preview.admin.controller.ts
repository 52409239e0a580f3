import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { AdminRead } from '../resource/admin-api.js';
import { ClaimsPreview } from './claims-preview.js';
import { ClaimsPreviewDto, ClaimsPreviewQuery } from './claims-preview.dto.js';

/** The part of the admin API for claims that shows what would be issued. For administrators and service clients. */
@ApiTags('Claims')
@Controller(`${endpoints.admin}/claims/preview`)
export class ClaimsPreviewAdminController {
  constructor(private readonly preview: ClaimsPreview) {}

  @Get()
  @AdminRead('users', {
    summary: 'Show the claims of tokens that would be issued',
    description: 'Nothing is signed or stored. It shows personal data, so it needs the right to read users.',
    returns: ClaimsPreviewDto,
    refuses: { 404: 'there is no user alice' },
  })
  async previewClaims(@Query() query: ClaimsPreviewQuery): Promise<ClaimsPreviewDto> {
    return this.preview.preview(query);
  }
}
