import { createHmac } from 'node:crypto';
import type { AuditTarget } from '../../config/audit-target.js';
import type { Send } from './forwarded-event.js';

const timeoutMilliseconds = 10_000;

/**
 * Posts each seal as JSON, signed as Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). It has arrived when
 * the answer is 2xx. The operator names the URL, so that it may be a private one.
 * @param secret as a text; receivers that follow Standard Webhooks know it as `whsec_` and its base64
 */
export function webhook(
  { url, authorization }: Extract<AuditTarget, { kind: 'webhook' }>,
  secret: string | undefined,
): Send {
  return async (sealed, now) => {
    const body = JSON.stringify(sealed);
    // The same for a seal that is sent again, so that a receiver can tell; another for one of the same number after a backup was restored.
    const id = `audit-${sealed.seal}-${sealed.hash.slice(0, 16)}`;
    const signature = secret && createHmac('sha256', secret).update(`${id}.${now}.${body}`).digest('base64');
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(now),
        ...(signature && { 'webhook-signature': `v1,${signature}` }),
        ...(authorization && { authorization }),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
  };
}
