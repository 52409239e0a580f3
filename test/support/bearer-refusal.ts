import type { Answer } from './relying-party.js';

/** Holds an answer to RFC 6750 §3: status, error code and challenge agree. */
export function expectBearerRefusal(answer: Answer, status: number, error: string): void {
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
  expect(answer.headers.get('www-authenticate')).toMatch(
    new RegExp(`^Bearer realm="[^"]+", .*error="${error}"`),
  );
  expect(answer.headers.get('cache-control')).toBe('no-store');
}
