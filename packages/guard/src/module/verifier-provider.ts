import type { Provider } from '@nestjs/common';
import { check } from '../settings/checks.js';
import { checkOptionNames, guardOptionNames } from '../settings/option-names.js';
import { TokenVerifier } from '../token/token-verifier.js';
import type { BearerVerifierOptions } from './bearer-module-options.js';

const wayNames = { useExisting: true, useClass: true, useFactory: true } as const;
const names = { ...guardOptionNames, ...wayNames, inject: true } as const;

/**
 * The provider of a service's own verifier.
 *
 * @throws {TypeError} if the options name no verifier or several, or one of them is unknown
 */
export function verifierProvider(options: Omit<BearerVerifierOptions, 'imports'>): Provider {
  checkOptionNames('BearerModule', options, names);
  const { useExisting, useClass, useFactory, inject } = options as Record<string, never>;
  const ways = Object.entries({ useExisting, useClass, useFactory }).filter(([, one]) => one !== undefined);
  check(ways.length === 1, 'forVerifier', 'needs one of useExisting, useClass and useFactory');
  return { provide: TokenVerifier, ...Object.fromEntries(ways), inject } as Provider;
}
