import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

export async function createApp({ issuer, origin, clientId, secret }) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata = await response.json();
  passport.use(
    new OpenIDConnectStrategy(
      {
        issuer: metadata.issuer,
        authorizationURL: metadata.authorization_endpoint,
        tokenURL: metadata.token_endpoint,
        userInfoURL: metadata.userinfo_endpoint,
        clientID: clientId,
        clientSecret: secret,
        callbackURL: `${origin}/callback`,
        scope: 'profile email',
        skipUserProfile: false,
      },
      (_issuer, profile, done) => done(null, profile),
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  const app = express();
  app.use(session({ secret: 'for tests', resave: false, saveUninitialized: false }), passport.session());
  app.get('/login', passport.authenticate('openidconnect'));
  app.get('/callback', passport.authenticate('openidconnect'), (_request, answer) => answer.redirect('/me'));
  app.get('/me', ({ user }, answer) => {
    if (user === undefined) return answer.status(401).json({});
    return answer.json({ sub: user.id, name: user.displayName, email: user.emails?.[0].value });
  });
  app.get('/logout', (request, answer, next) => {
    request.logout((error) => (error ? next(error) : answer.redirect('/me')));
  });
  return app;
}
