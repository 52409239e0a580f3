import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { violationsOf } from '../http/field-violations.js';
import { type FieldPlace, InvalidFields } from '../http/invalid-fields.js';
import { splitTranslated } from '../protocol/client-metadata/translations.js';
import { ClientMetadataDto } from './client-metadata.dto.js';

/**
 * Checks bodies by their classes. Members of client metadata in other languages (`client_name#de`) have any number of names, which no class
 * can list: they are left to the rules of client metadata.
 */
export class MetadataPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) => new InvalidFields(violationsOf(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || !isMetadata(metadata.metatype)) return this.check(value, metadata);
    const { translated, others } = splitTranslated(value);
    return Object.assign((await this.check(others, metadata)) as object, translated);
  }

  private async check(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      const place = places[metadata.type];
      throw error instanceof InvalidFields && place !== undefined
        ? new InvalidFields(error.violations, place)
        : error;
    }
  }
}

/** Where the arguments of handlers come from, besides the body. */
const places: Partial<Record<ArgumentMetadata['type'], FieldPlace>> = { query: 'query', param: 'path' };

const isMetadata = (type: ArgumentMetadata['metatype']): boolean =>
  type === ClientMetadataDto || type?.prototype instanceof ClientMetadataDto;
