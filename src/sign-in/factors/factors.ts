import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import type { Factor } from './factor.js';
import { PasswordFactor } from './password.js';

/** Every factor, in the order in which people are asked for them. Another one is its file and its line here. */
const classes: readonly Type<Factor>[] = [PasswordFactor];

const FACTORS = Symbol('factors');

export const factorProviders: Provider[] = [
  ...classes,
  {
    provide: FACTORS,
    inject: [...classes],
    useFactory: (...instances: Factor[]) => instances,
  },
];

/** The factors of a sign-in. */
@Injectable()
export class Factors {
  /** The factor that a sign-in begins with. */
  readonly first: Factor;

  constructor(@Inject(FACTORS) readonly inOrder: readonly [Factor, ...Factor[]]) {
    [this.first] = inOrder;
  }
}
