import type { Settings } from '../config/settings.js';
import { invalidField } from '../http/invalid-fields.js';
import { enrollableFactors } from '../protocol/factors.js';

/**
 * For the members of what requires a second factor.
 * @throws BadRequestException if they could set up none
 */
export function requireEnrollableFactor(
  { signIn: { secondFactors } }: Pick<Settings, 'signIn'>,
  isRequired: boolean | undefined,
): void {
  if (isRequired && !secondFactors.some((factor) => enrollableFactors.includes(factor)))
    throw invalidField(
      'require_second_factor',
      'needs a second factor that can be set up, and EYRIE_SECOND_FACTORS has none',
    );
}
