import { BadRequestException } from '@nestjs/common';

/** The part of a request in which a field is. */
export type FieldPlace = 'body' | 'query' | 'path' | 'header';

/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** The names of the members, and indices of lists, that lead to the field. */
  readonly path: readonly (string | number)[];
  /** Begins with the name of the field, or has it within. */
  readonly message: string;
}

/** A request with fields that are invalid. */
export class InvalidFields extends BadRequestException {
  constructor(
    readonly violations: readonly FieldViolation[],
    readonly place: FieldPlace = 'body',
  ) {
    super(violations.map(({ message }) => message));
  }
}

/** One invalid field. `reason` goes on from its name: "must be the id of a group". */
export const invalidField = (name: string, reason: string, place: FieldPlace = 'body'): InvalidFields =>
  new InvalidFields([fieldViolation([name], reason)], place);

export const fieldViolation = (path: FieldViolation['path'], reason: string): FieldViolation => ({
  path,
  message: `${path.join('.')} ${reason}`,
});

/** A field by its path in a text: `address.formatted`, `jwks.keys.0`. */
export const namedField = (name: string, reason: string): FieldViolation =>
  fieldViolation(name.split('.'), reason);
