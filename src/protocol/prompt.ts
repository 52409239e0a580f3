import { invalidRequest } from './errors.js';

export const promptValues = ['none', 'login', 'consent', 'select_account', 'create'] as const;
export type Prompt = (typeof promptValues)[number];

/**
 * The values that are acted upon.
 * @param signUpIsOpen whether people may make accounts, for `create` (Initiating User Registration via OpenID Connect 1.0)
 */
export const supportedPrompts = (signUpIsOpen: boolean): Prompt[] =>
  promptValues.filter((value) => value !== 'create' || signUpIsOpen);

/**
 * The prompt values of a request (OIDC Core §3.1.2.1): "space-delimited, case-sensitive". Values that are not supported are ignored, as
 * other specifications define more of them.
 * @throws OAuthError invalid_request for `none` with another supported value
 */
export function parsePrompt(value: string | undefined, supported: readonly Prompt[]): ReadonlySet<Prompt> {
  const prompts = new Set(
    (value ?? '')
      .split(' ')
      .filter((word): word is Prompt => (supported as readonly string[]).includes(word)),
  );
  // "If this parameter contains none with any other value, an error is returned."
  if (prompts.has('none') && prompts.size > 1) throw invalidRequest('prompt=none stands alone');
  return prompts;
}

/** Whether a request, which may be an invalid one, asks that no page is shown. */
export const asksForSilence = (prompts: readonly string[]): boolean =>
  prompts.some((value) => value.split(' ').includes('none'));

/**
 * max_age in seconds.
 * @throws OAuthError invalid_request if it is not an integer >= 0
 */
export function parseMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw invalidRequest('max_age must be a whole number of seconds, 0 or more');
  return Number(value);
}
