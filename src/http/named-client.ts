import type { FastifyRequest } from 'fastify';
import { queryOf } from './forms.js';

const basicForm = /^basic +([A-Za-z\d+/]+={0,2})/i;

/** The client_id that a request names, not authenticated. */
export function namedClient(request: FastifyRequest): string | undefined {
  const encoded = basicForm.exec(request.headers.authorization ?? '')?.[1];
  if (encoded !== undefined) {
    const [half = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1);
    return new URLSearchParams(`id=${half.replaceAll('&', '%26')}`).get('id')?.slice(0, 255) || undefined;
  }
  const sent = typeof request.body === 'string' ? request.body : queryOf(request);
  return new URLSearchParams(sent).get('client_id')?.slice(0, 255) || undefined;
}
