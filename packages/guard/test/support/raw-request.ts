import { request } from 'node:http';

export interface RawAnswer {
  status: number;
  challenge: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

/** Sends header lines as they stand, in their order and as often as they are given, and reads the answer as JSON. */
export function rawRequest(
  url: string,
  headers: readonly (readonly [string, string])[],
  { method = 'GET', body = '' }: { method?: string; body?: string } = {},
): Promise<RawAnswer> {
  const { host } = new URL(url);
  const lines = [['Host', host], ['Content-Length', String(Buffer.byteLength(body))], ...headers];
  return new Promise((resolve, reject) => {
    // Node takes a flat list of names and values; its types know only the map.
    const options = {
      method,
      headers: lines.flat() as unknown as Record<string, string>,
      agent: false as const,
    };
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          challenge: response.headers['www-authenticate'],
          headers: response.headers,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A request with one Authorization header. */
export function withAuthorization(url: string, value: string, init?: { method?: string; body?: string }) {
  return rawRequest(url, [['Authorization', value]], init);
}
