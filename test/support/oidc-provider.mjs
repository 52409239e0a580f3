/** oidc-provider as an identity provider for tests. It prints its issuer. Environment: REDIRECT_URI, BACKCHANNEL_LOGOUT_URI. */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const host = createServer();
host.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${host.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'eyrie',
        client_secret: 'secret of eyrie at acme',
        redirect_uris: [process.env.REDIRECT_URI],
        backchannel_logout_uri: process.env.BACKCHANNEL_LOGOUT_URI,
        backchannel_logout_session_required: true,
      },
    ],
    // Its own goes to public addresses alone.
    fetch: (url, { dispatcher: _dispatcher, ...options }) => fetch(url, options),
    features: { backchannelLogout: { enabled: true } },
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'name'],
      email: ['email', 'email_verified'],
    },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: id,
        name: 'Nils Nest',
        email: `${id}@acme.example`,
        email_verified: true,
      }),
    }),
  });
  host.on('request', provider.callback());
  process.stdout.write(`issuer ${issuer}\n`);
});
