const pages = ['/authorize', '/login', '/consent', '/account'];

/**
 * What is wrong with the form of an answer that the service is unavailable; undefined if nothing is.
 *
 * @param {string} path
 * @param {Response} response whose status is 500 or more
 * @param {string} body
 */
export function malformed(path, response, body) {
  if (response.status !== 503) return 'the status is not 503';
  if (!/^\d+$/.test(response.headers.get('retry-after') ?? '')) return 'no Retry-After';
  const type = response.headers.get('content-type') ?? '';
  if (path.startsWith('/admin'))
    return type.startsWith('application/problem+json') ? undefined : `a problem has the type ${type}`;
  // A server that is starting has no pages yet.
  if (pages.some((page) => path.startsWith(page)) && type.startsWith('text/html')) return undefined;
  if (!type.startsWith('application/json')) return `the type is ${type}`;
  return JSON.parse(body).error === 'temporarily_unavailable'
    ? undefined
    : 'the error is not temporarily_unavailable';
}
