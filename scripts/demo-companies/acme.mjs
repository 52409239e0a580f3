// Acme's identity provider: OpenID Connect, by oidc-provider.
//
//   PORT            where it listens
//   REDIRECT_URI    of Eyrie
//   CLIENT_SECRET   of Eyrie
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { choicePage, choicePageHeaders, chosenPerson } from './choice-page.mjs';
import { acmePeople } from './people.mjs';

// It warns whoever deploys it of what is fine in a demo.
console.warn = () => undefined;
const { Provider } = await import('oidc-provider');

const { PORT, REDIRECT_URI, CLIENT_SECRET } = process.env;
const interactions = '/sign-in/';
const scope = 'openid profile email groups';

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{ client_id: 'eyrie', client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `${interactions}${uid}` },
  findAccount: (_context, id) => {
    const person = acmePeople.find((one) => one.id === id);
    const claims = person && { sub: id, ...person, email_verified: true };
    return claims && { accountId: id, claims: () => claims };
  },
  // Its people have no say in what Eyrie learns: the company has decided that.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId,
      accountId: oidc.session.accountId,
    });
    grant.addOIDCScope(scope);
    await grant.save();
    return grant;
  },
});
const protocol = provider.callback();

createServer((request, response) => {
  if (!request.url.startsWith(interactions)) return protocol(request, response);
  return signIn(request, response).catch((error) => response.writeHead(400).end(String(error)));
}).listen(Number(PORT), '127.0.0.1');

async function signIn(request, response) {
  const person = request.method === 'POST' ? await chosenPerson(request, acmePeople) : undefined;
  if (person) {
    const result = { login: { accountId: person.id } };
    return provider.interactionFinished(request, response, result);
  }
  await provider.interactionDetails(request, response);
  return response.writeHead(200, choicePageHeaders).end(choicePage('Acme', 'OpenID Connect', acmePeople));
}
