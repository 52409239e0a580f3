import express from 'express';
import openid from 'express-openid-connect';

export function createApp({ issuer, origin, clientId, secret }) {
  const app = express();
  app.use(
    openid.auth({
      issuerBaseURL: issuer,
      baseURL: origin,
      clientID: clientId,
      clientSecret: secret,
      secret: 'for tests, and long enough for cookies',
      authRequired: false,
      idpLogout: true,
      authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
      routes: { login: false, postLogoutRedirect: '/me' },
    }),
  );
  app.get('/login', (_request, answer) => answer.oidc.login({ returnTo: '/me' }));
  app.get('/me', ({ oidc }, answer) => {
    if (!oidc.isAuthenticated()) return answer.status(401).json({});
    const { sub, name, email } = oidc.user;
    return answer.json({ sub, name, email });
  });
  app.get('/refresh', async ({ oidc }, answer) => {
    const before = oidc.accessToken.access_token;
    const renewed = await oidc.accessToken.refresh();
    answer.json({ isOther: renewed.access_token !== before, person: await oidc.fetchUserInfo() });
  });
  return app;
}
