/** Time that an issuer has to answer, in milliseconds. */
const TIMEOUT = 5_000;
/** No metadata document, key set or introspection response is longer; in bytes. */
const LIMIT = 512 * 1024;

interface IssuerRequest {
  method?: 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Bytes that the answer may have. Default: 512 KiB. */
  limit?: number;
  /** Breaks the request off. Default: after 5 seconds. */
  signal?: AbortSignal;
}

export interface IssuerAnswer {
  readonly status: number;
  /** The body as a JSON object, `undefined` when it is none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Asks the issuer, without following redirects and with bounds on time and size.
 *
 * @throws {Error} when no answer comes in time, or one that is too long
 */
export async function askIssuer(
  request: typeof fetch,
  url: string,
  { method, headers, body, limit = LIMIT, signal = AbortSignal.timeout(TIMEOUT) }: IssuerRequest = {},
): Promise<IssuerAnswer> {
  const response = await request(url, {
    method,
    body,
    headers: { Accept: 'application/json', ...headers },
    redirect: 'manual',
    signal,
  });
  return { status: response.status, body: asObject(await boundedText(response, url, limit)) };
}

/** A client's credentials for HTTP Basic. RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
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

async function boundedText(response: Response, url: string, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  if (response.body === null) return text;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > limit) throw new Error(`${url} answers with more than ${limit} bytes`);
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
