/**
 * Answers `client_id + ' ' + session_state`, posted by a relying party's page, with changed, unchanged or error (OIDC Session
 * Management §3.2). Only messages from pages of the embedding origin are answered: "It MUST reject postMessage requests from any other
 * source origin." If the browser withholds our cookies from the frame, the answer is error, which keeps the relying party from
 * asking again and again.
 */
const script = (cookie: string): string => `
const name = ${JSON.stringify(`${cookie}=`)};
const embedder = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
const browserState = () =>
  document.cookie.split('; ').find((pair) => pair.startsWith(name))?.slice(name.length);
const hash = async (text) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};
const status = async (message, origin) => {
  const [, clientId, received, salt] = /^(.+) ([\\w-]{43})\\.([\\w-]+)$/.exec(message) ?? [];
  if (clientId === undefined) return 'error';
  const state = browserState();
  if (state === undefined) return (await document.hasStorageAccess?.()) === false ? 'error' : 'changed';
  return (await hash([clientId, origin, state, salt].join(' '))) === received ? 'unchanged' : 'changed';
};
addEventListener('message', async ({ data, origin, source }) => {
  if (parent === self || !source || (embedder ? origin !== embedder : source !== parent)) return;
  source.postMessage(await status(data, origin).catch(() => 'error'), origin);
});
`;

/**
 * @param cookie the full name of the browser state's cookie
 * @param nonce the script's nonce in the page's Content-Security-Policy
 */
export const checkSessionPage = (cookie: string, nonce: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Session check</title><script nonce="${nonce}">${script(cookie)}</script>`;
