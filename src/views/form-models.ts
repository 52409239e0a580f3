import type { ClientBrand } from './client-brands.js';

/** Every form carries a token that binds it to one browser. */
export interface Form {
  /** Goes into the hidden field `_csrf`. */
  readonly csrfToken: string;
}

/** A form that belongs to an authorization request under way. */
export interface InteractionForm extends Form {
  /** The sealed authorization request; goes into the hidden field `interaction`. */
  readonly interaction: string;
}

/** A page that may have the look of the client that sent the person here. */
export interface BrandedPage {
  readonly clientBrand?: ClientBrand | undefined;
}
