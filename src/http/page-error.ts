/** An error that is answered with a page. */
export class PageError extends Error {
  readonly detail: string | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    message: string,
    options: { readonly detail?: string } = {},
  ) {
    super(message);
    this.name = 'PageError';
    this.detail = options.detail;
  }
}

/** Renders an error page. The views implement it: they stand in the same row, which this row must not import. */
export abstract class ErrorPages {
  abstract error(page: { title: string; code: string; message: string; reference?: string }): string;
}
