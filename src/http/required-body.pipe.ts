import { type ArgumentMetadata, BadRequestException, type PipeTransform } from '@nestjs/common';

/** Refuses a request without the body that its handler describes by a class: an empty body is no answer to what is asked there. */
export class RequiredBodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    const isMissing = value === undefined || value === null;
    if (type === 'body' && metatype !== undefined && metatype !== Object && isMissing)
      throw new BadRequestException('the body is missing: send a JSON object');
    return value;
  }
}
