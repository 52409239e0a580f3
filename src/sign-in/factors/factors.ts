import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Factor } from './factor.js';
import { EmailCodeFactor } from './email-code.js';
import { OneTimeCodeFactor } from './one-time-code.js';
import { PasskeyFactor } from './passkey.js';
import { PasswordFactor } from './password.js';
import { RecoveryCodeFactor } from './recovery-code.js';

/** Every factor. Another one is its file, its line here, and its name in the policy. */
const classes: readonly Type<Factor>[] = [
  PasswordFactor,
  PasskeyFactor,
  OneTimeCodeFactor,
  EmailCodeFactor,
  RecoveryCodeFactor,
];

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
  constructor(
    @Inject(FACTORS) private readonly all: readonly Factor[],
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The factor of a form; undefined if there is none of this name, or if it is not offered. */
  named(name: string): Factor | undefined {
    const { firstFactors, secondFactors } = this.settings.signIn;
    const offered: readonly string[] = [...firstFactors, ...secondFactors];
    return this.all.find((factor) => factor.name === name && offered.includes(name));
  }

  /** Whether a sign-in can begin with it. */
  isFirst({ name }: Factor): boolean {
    return this.settings.signIn.firstFactors.some((first) => first === name);
  }
}
