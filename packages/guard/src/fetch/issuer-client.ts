/** The issuer must answer within this time. */
const TIMEOUT_MS = 5_000;
/** A longer metadata document, key set or introspection response is an error. */
const MAX_BYTES = 512 * 1024;

interface IssuerRequest {
  method?: 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Maximum length of the response. Default: 512 KiB. */
  maxBytes?: number;
  /** Aborts the request. Default: after 5 seconds. */
  signal?: AbortSignal;
}

export interface IssuerAnswer {
  readonly status: number;
  /** The body; `undefined` if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Sends a request to the issuer. Redirects are not followed; time and size are limited.
 *
 * @throws {Error} if there is no response in time, or it is too long
 */
export async function askIssuer(
  request: typeof fetch,
  url: string,
  {
    method,
    headers,
    body,
    maxBytes = MAX_BYTES,
    signal = AbortSignal.timeout(TIMEOUT_MS),
  }: IssuerRequest = {},
): Promise<IssuerAnswer> {
  const response = await request(url, {
    method,
    body,
    headers: { Accept: 'application/json', ...headers },
    redirect: 'manual',
    signal,
  });
  return { status: response.status, body: asObject(await boundedText(response, url, maxBytes)) };
}

/** The Authorization header for HTTP Basic. Both parts are form-encoded before they are joined (RFC 6749 §2.3.1). */
export function basicCredentials({
  clientId,
  clientSecret,
}: {
  clientId: string;
  clientSecret: string;
}): string {
  const encoded = [clientId, clientSecret].map((half) =>
    new URLSearchParams([['', half]]).toString().slice(1),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

async function boundedText(response: Response, url: string, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  if (response.body === null) return text;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error(`${url} answers with more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function asObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
