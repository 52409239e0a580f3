import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { splitTranslated } from '../protocol/client-metadata/translations.js';
import { ClientMetadataDto } from './client-metadata.dto.js';

/**
 * Checks bodies by their classes. Members of client metadata in other languages (`client_name#de`) have any number of names, which no class
 * can list: they are left to the rules of client metadata.
 */
export class MetadataPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || !isMetadata(metadata.metatype))
      return super.transform(value, metadata) as Promise<unknown>;
    const { translated, others } = splitTranslated(value);
    return Object.assign((await super.transform(others, metadata)) as object, translated);
  }
}

const isMetadata = (type: ArgumentMetadata['metatype']): boolean =>
  type === ClientMetadataDto || type?.prototype instanceof ClientMetadataDto;
