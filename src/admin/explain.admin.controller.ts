import { Controller, Get, NotFoundException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { AdminRead } from '../resource/admin-api.js';
import { PathReference } from '../resource/path-parameters.js';
import { ExplanationDto, toExplanationDto } from './explain.dto.js';

const nothingKept = 'nothing is kept under this reference';

/** Explains errors by their reference. For administrators and service clients. */
@ApiTags('Audit')
@Controller(`${endpoints.admin}/explain`)
export class ExplainAdminController {
  constructor(private readonly explainedErrors: ExplainedErrors) {}

  @Get(':reference')
  @AdminRead('audit', {
    summary: 'Explain an error',
    description:
      'The reference is on the error page, in the header `Eyrie-Reference`, or at the end of `error_description`. An explanation holds no password, code, token or secret.',
    returns: ExplanationDto,
    refuses: { 404: nothingKept },
  })
  async explainRefusal(@PathReference('reference') reference: string): Promise<ExplanationDto> {
    const found = await this.explainedErrors.find(reference);
    if (!found) throw new NotFoundException(nothingKept);
    return toExplanationDto(found);
  }
}
