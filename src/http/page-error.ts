/** A refusal that a person meets: it is answered by a page. */
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

/** Renders an error as a page; bound to the views, which stand beside this row. */
export abstract class ErrorPages {
  abstract error(page: { title: string; code: string; message: string; reference?: string }): string;
}
