import { invalidRequest } from './errors.js';

export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof promptValues)[number];

/**
 * The prompt values of a request (OIDC Core §3.1.2.1): "space-delimited, case-sensitive". Values that are not known are ignored, as
 * other specifications define more of them.
 * @throws OAuthError invalid_request for `none` with another known value
 */
export function parsePrompt(value: string | undefined): ReadonlySet<Prompt> {
  const prompts = new Set((value ?? '').split(' ').filter(isPrompt));
  // "If this parameter contains none with any other value, an error is returned."
  if (prompts.has('none') && prompts.size > 1) throw invalidRequest('prompt=none stands alone');
  return prompts;
}

/** Whether a request, which may be an invalid one, asks that no page is shown. */
export const asksForSilence = (prompts: readonly string[]): boolean =>
  prompts.some((value) => value.split(' ').includes('none'));

const isPrompt = (value: string): value is Prompt => (promptValues as readonly string[]).includes(value);

/**
 * max_age in seconds.
 * @throws OAuthError invalid_request if it is not an integer >= 0
 */
export function parseMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw invalidRequest('max_age must be a whole number of seconds, 0 or more');
  return Number(value);
}
