/** A JSON Schema (2020-12) of the objects of a type. */
export type DetailSchema = Readonly<Record<string, unknown>>;

/** The members of a type of authorization details, as they are given. */
export interface DetailTypeMembers {
  /** What the consent page calls it. */
  readonly title: string;
  /** A sentence about one object, with its members between braces. */
  readonly sentence?: string;
  readonly schema: DetailSchema;
  /** The identifier of the resource that heeds it. */
  readonly resource?: string;
  /** Whether a client may have it for itself, without a resource owner. */
  readonly client_credentials?: boolean;
}

/** A type as it is to be registered. */
export interface DetailTypeDefinition extends DetailTypeMembers {
  readonly type: string;
}

/** Scope-like: it travels in metadata and in paths of the admin API (compare RFC 6749 §3.3). */
export const detailTypePattern = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export const typeBounds = { maxTypeLength: 255, maxTitleLength: 100, maxTypes: 200 } as const;
