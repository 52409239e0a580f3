import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { invalidField } from '../http/invalid-fields.js';
import { maxClientIdLength, maxIdLength } from './fields.js';

/** Refuses a path parameter that is longer than anything that it could name. */
class BoundedTextPipe implements PipeTransform<string, string> {
  constructor(
    private readonly name: string,
    private readonly maxLength: number,
  ) {}

  /** @throws BadRequestException */
  transform(value: string): string {
    if (Array.from(value).length <= this.maxLength) return value;
    throw invalidField(this.name, `must be shorter than or equal to ${this.maxLength} characters`, 'path');
  }
}

/** A path parameter, checked and described. */
const PathText = (name: string, maxLength?: number, description?: string): ParameterDecorator => {
  const take = maxLength === undefined ? Param(name) : Param(name, new BoundedTextPipe(name, maxLength));
  const describe = ApiParam({
    name,
    ...(description === undefined ? {} : { description }),
    schema: { type: 'string', minLength: 1, ...(maxLength === undefined ? {} : { maxLength }) },
  });
  return (target, key, index) => {
    if (key === undefined) throw new Error('a path parameter is one of a method');
    take(target, key, index);
    describe(target, key, Object.getOwnPropertyDescriptor(target, key) ?? {});
  };
};

/** A path parameter that may be any text: what is not known is not found. */
export const PathReference = (name: string): ParameterDecorator => PathText(name);

/** The path parameter with the id of something. */
export const PathId = (name: string): ParameterDecorator => PathText(name, maxIdLength);

/** The path parameter `client_id`. */
export const PathClientId = (): ParameterDecorator => PathText('client_id', maxClientIdLength);

/** The path parameter with the identifier of a resource. */
export const PathIdentifier = (): ParameterDecorator =>
  PathText('identifier', maxIdentifierLength, 'Percent-encoded');

/** Characters of the identifier of a resource. */
export const maxIdentifierLength = 512;
