/** What is wrong with a request, in the words of RFC 7644 §3.12 and RFC 9865 §2. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidCursor';

export const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The body of an error (RFC 7644 §3.12): the status is a string. */
export interface ScimErrorBody {
  readonly schemas: readonly string[];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** A request that SCIM refuses. The message is public. */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    readonly scimType: ScimType | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** A request that cannot be understood or has a bad value: 400. */
export const badRequest = (scimType: ScimType, message: string): ScimError =>
  new ScimError(400, scimType, message);

export const scimErrorBody = (
  status: number,
  detail: string,
  scimType: ScimType | undefined,
): ScimErrorBody => ({
  schemas: [errorSchema],
  status: String(status),
  ...(scimType === undefined ? {} : { scimType }),
  detail,
});
