import { auth0 } from './auth0.js';
import { entra } from './entra.js';
import { keycloak } from './keycloak.js';
import { oktaAndCognito } from './okta-cognito.js';
import { otherProducts } from './others.js';
import type { ProductTokens } from './product.js';

/** Shaped as the products' documentation shows them, with invented values. */
export const products: Readonly<Record<string, ProductTokens>> = {
  ...keycloak,
  ...entra,
  ...auth0,
  ...oktaAndCognito,
  ...otherProducts,
};

/** @throws {TypeError} if there is no such product */
export function product(name: string): ProductTokens {
  const tokens = products[name];
  if (tokens === undefined) throw new TypeError(`There are no tokens of ${name}`);
  return tokens;
}
