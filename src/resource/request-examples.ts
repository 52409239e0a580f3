import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { Takes } from './declared-body.guard.js';

/** A body that can be sent as it stands. */
export interface RequestExample {
  /** What it does. */
  readonly summary: string;
  readonly value: object;
}

/** A body of requests with examples by name. Swagger UI fills in the first, so it must do no more than the name of the operation says. */
export interface DescribedBody {
  readonly type: Type;
  readonly examples: Readonly<Record<string, RequestExample>>;
}

/** The example of a change of something that exists, which nobody wants to overwrite by trying. */
export const changeNothing: RequestExample = {
  summary: 'Change nothing: add the members to be changed',
  value: {},
};

/** A file as the body of a response, by its media types. */
export type DescribedFile = Readonly<Record<string, { readonly schema: object }>>;

/** A file as the body of requests. */
export interface TakenFile {
  readonly mediaTypes: readonly string[];
  readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: string }>>;
}

/** Describes a file as the body of an operation. */
export const describeTakenFile = ({ mediaTypes, examples }: TakenFile): MethodDecorator =>
  applyDecorators(
    Takes(mediaTypes),
    ApiConsumes(...mediaTypes),
    ApiBody({ required: true, schema: { type: 'string' }, examples: { ...examples } }),
  );

/** Describes the body of an operation with its examples. Without them, Swagger UI would make one up from every member. */
export const describeBody = ({ type, examples }: DescribedBody): MethodDecorator =>
  applyDecorators(
    Takes(['application/json']),
    ApiExtraModels(type),
    ApiBody({ required: true, schema: { $ref: getSchemaPath(type) }, examples: { ...examples } }),
  );
