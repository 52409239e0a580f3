import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { Refusals } from '../audit/refusals.js';
import { AdminRead } from '../resource/admin-api.js';
import { ExplanationDto, toExplanationDto } from './explain.dto.js';

/** Why requests were refused. For administrators and service clients. */
@ApiTags('Audit')
@Controller(`${endpoints.admin}/explain`)
export class ExplainAdminController {
  constructor(private readonly refusals: Refusals) {}

  @Get(':reference')
  @AdminRead({
    summary: 'Explain a refusal',
    description:
      'The reference stands on the error page, in the header `Eyrie-Reference`, or at the end of `error_description`. Holds no password, code, token or secret.',
    returns: ExplanationDto,
    refuses: [404],
  })
  async explainRefusal(@Param('reference') reference: string): Promise<ExplanationDto> {
    const refusal = await this.refusals.explain(reference);
    if (!refusal) throw new NotFoundException('nothing is kept under this reference');
    return toExplanationDto(refusal);
  }
}
