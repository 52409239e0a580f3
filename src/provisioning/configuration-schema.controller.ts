import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { schemaText } from './configuration-schema.js';

/** `GET /docs/eyrie.schema.json`: the JSON Schema of configuration files, by which editors complete and check them. Anyone may read it. */
@ApiExcludeController()
@Controller()
export class ConfigurationSchemaController {
  /** Built at the first request: a start need not wait for it. */
  private text: string | undefined;

  @Get(endpoints.docsSchema)
  @Header('content-type', 'application/schema+json; charset=utf-8')
  @Header('access-control-allow-origin', '*')
  serve(): string {
    return (this.text ??= schemaText());
  }
}
