import type { InjectionToken, ModuleMetadata } from '@nestjs/common';
import type { TokenValidator, UserResolver } from '../request/service-rules.js';
import { check } from '../settings/checks.js';
import { checkOptionNames, type OptionNames, roleNames, scopeNames } from '../settings/option-names.js';
import type { RoleMapping, ScopeMapping } from '../token/name-mapping.js';
import type { TokenVerifier } from '../token/token-verifier.js';

/** Options for the controllers of a module that differ from the rest of the service. */
export interface BearerFeatureOptions {
  /** The audience of tokens for these controllers. */
  audience?: string | readonly string[];
  /** The claims with their scopes, and the names of scopes in these controllers. */
  scopes?: ScopeMapping;
  /** The claims with roles, and the names of roles in these controllers. */
  roles?: RoleMapping;
  /** The realm in their challenges. Default: the first audience here, or that of the service. */
  realm?: string;
  /** Further checks of their tokens, after those of the service. */
  validators?: readonly TokenValidator[];
  /** Finds the user of a token, in place of the function of the service. */
  user?: UserResolver;
  /** The verifier of their tokens, in place of that of the service. */
  useExisting?: InjectionToken<TokenVerifier>;
  /** Modules that provide the verifier. */
  imports?: ModuleMetadata['imports'];
}

const names: OptionNames<BearerFeatureOptions> = {
  audience: true,
  scopes: scopeNames,
  roles: roleNames,
  realm: true,
  validators: true,
  user: true,
  useExisting: true,
  imports: true,
};

/**
 * Checks the options of a feature. Without a value, an option would mean that of the service, which is less than was asked for: so an
 * unset variable stops the start.
 *
 * @throws {TypeError} naming the wrong option
 */
export function checkFeature(options: BearerFeatureOptions): void {
  checkOptionNames('BearerModule.forFeature', options, names);
  const given = Object.entries(options).filter(([name]) => name !== 'imports');
  for (const [name, value] of given) check(value !== undefined, `forFeature: ${name}`, 'has no value');
  check(given.length > 0, 'forFeature', 'needs an option, such as audience');
}
