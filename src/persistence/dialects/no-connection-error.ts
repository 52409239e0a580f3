/** No connection could be had: the server cannot be reached or refuses us, or all connections of the pool are in use. */
export class NoConnectionError extends Error {
  /** Where the error of a failed statement has it too. */
  readonly driverError: { readonly code: string };

  constructor({ code, message }: NodeJS.ErrnoException) {
    super(message);
    this.name = 'NoConnectionError';
    this.driverError = { code: code ?? '' };
  }
}
