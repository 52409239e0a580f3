import type { FastifyRequest } from 'fastify';
import { formParameters } from '../http/forms.js';

/** The form that the consent page posts. */
export interface ConsentForm {
  readonly interaction: string;
  readonly decision: 'allow' | 'deny' | 'switch';
  readonly scopes: ReadonlySet<string>;
}

/** Reads the form. A missing or unknown decision counts as a denial. */
export function readConsentForm(request: FastifyRequest): ConsentForm {
  const form = formParameters(request);
  const decision = form.get('decision');
  return {
    interaction: form.get('interaction') ?? '',
    decision: decision === 'allow' || decision === 'switch' ? decision : 'deny',
    scopes: new Set(form.all('scope')),
  };
}
