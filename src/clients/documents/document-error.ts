/** A client metadata document that cannot be used. The message is for the log and the administrator: it may describe the internal network. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  /** @param isTemporary whether its host may just be down, so that the last copy still counts */
  constructor(
    message: string,
    readonly isTemporary = false,
  ) {
    super(message);
  }
}
