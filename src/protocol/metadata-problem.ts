/** A violation in one member of a client's metadata. */
export interface MetadataProblem {
  readonly field: string;
  readonly reason: string;
}
