// Runs in Swagger UI. Whoever signed in stays so over a reload (session storage of the tab) and when the access token has expired
// (refresh token), until they sign out.
(() => {
  const issuer = new URL('..', document.currentScript.src);
  const storageKey = `eyrie.swagger-ui ${issuer.pathname}`;
  /** What Swagger UI knows of the sign-in: an immutable map with one entry, or none. */
  let known;
  let renewal;

  window.addEventListener('load', () => {
    const { ui } = window;
    const stored = sessionStorage.getItem(storageKey);
    if (stored !== null) ui.authActions.restoreAuthorization({ authorized: JSON.parse(stored) });
    known = ui.authSelectors.authorized();
    ui.getStore().subscribe(() => {
      const authorized = ui.authSelectors.authorized();
      if (authorized !== known) store(authorized);
    });
  });

  /** The `requestInterceptor` of Swagger UI. */
  window.staySignedIn = (request) => Object.assign(request, { userFetch: send });

  /** Sends a request. With an access token that is refused, it renews that one and sends the request again. */
  async function send(url, request) {
    const sent = request.headers.Authorization;
    const response = await fetch(url, request);
    if (response.status !== 401 || sent === undefined) return response;
    if (sent === bearer()) await (renewal ??= renew().finally(() => (renewal = undefined)));
    const renewed = bearer();
    if (renewed === undefined || renewed === sent) return response;
    return fetch(url, { ...request, headers: { ...request.headers, Authorization: renewed } });
  }

  async function renew() {
    const signIn = entryOf(known);
    if (!signIn?.token.refresh_token) return;
    const { refresh_token } = signIn.token;
    const response = await post('token', signIn, { grant_type: 'refresh_token', refresh_token });
    if (response.ok) window.ui.authActions.authorizeOauth2({ auth: signIn, token: await response.json() });
    else if (response.status === 400) window.ui.authActions.logout([signIn.name]);
  }

  function store(authorized) {
    const former = entryOf(known);
    known = authorized;
    if (authorized.size > 0) {
      sessionStorage.setItem(storageKey, JSON.stringify(authorized));
      return;
    }
    sessionStorage.removeItem(storageKey);
    const token = former?.token.refresh_token;
    if (token) void post('revoke', former, { token });
  }

  function post(endpoint, { clientId }, parameters) {
    const body = new URLSearchParams({ client_id: clientId, ...parameters });
    return fetch(new URL(endpoint, issuer), { method: 'POST', body, keepalive: true });
  }

  function bearer() {
    const signIn = entryOf(known);
    return signIn && `Bearer ${signIn.token.access_token}`;
  }

  function entryOf(authorized) {
    return authorized?.first()?.toJS();
  }
})();
