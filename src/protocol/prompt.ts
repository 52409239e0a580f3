import { invalidRequest } from './errors.js';

export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof promptValues)[number];

/**
 * The prompt values of a request (OIDC Core §3.1.2.1): "space-delimited, case-sensitive".
 * @throws OAuthError invalid_request for an unknown value, or for `none` with another value
 */
export function parsePrompt(value: string | undefined): ReadonlySet<Prompt> {
  const values = (value ?? '').split(' ').filter(Boolean);
  for (const item of values) {
    if (!(promptValues as readonly string[]).includes(item))
      throw invalidRequest('prompt has a value that is not supported');
  }
  const prompts = new Set(values as Prompt[]);
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
