/** Time that an issuer has to answer, in milliseconds. */
const TIMEOUT = 5_000;
/** No metadata document, key set or introspection response is longer; in bytes. */
const LIMIT = 512 * 1024;

interface IssuerRequest {
  method?: 'POST';
  headers?: Record<string, string>;
  body?: string;
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
  init: IssuerRequest = {},
): Promise<IssuerAnswer> {
  const response = await request(url, {
    ...init,
    headers: { Accept: 'application/json', ...init.headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  return { status: response.status, body: asObject(await boundedText(response, url)) };
}

async function boundedText(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  if (response.body === null) return text;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > LIMIT) throw new Error(`${url} answers with more than ${LIMIT} bytes`);
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
