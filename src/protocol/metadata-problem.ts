/** A violation in one member of a client's metadata. */
export interface MetadataProblem {
  readonly field: string;
  readonly reason: string;
}

/** The error code of a violation (RFC 7591 §3.2.2). */
export const clientMetadataError = ({
  field,
}: MetadataProblem): 'invalid_redirect_uri' | 'invalid_client_metadata' =>
  field.startsWith('redirect_uris') ? 'invalid_redirect_uri' : 'invalid_client_metadata';
