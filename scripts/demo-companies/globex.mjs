// Globex's identity provider: SAML 2.0, by samlify.
//
//   PORT          where it listens
//   METADATA      URL of Eyrie's metadata
//   KEY, CERTIFICATE   files of its key, as PEM
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Eta } from 'eta';
import samlify from 'samlify';
import { choicePage, choicePageHeaders, chosenPerson } from './choice-page.mjs';
import { globexPeople } from './people.mjs';

const { PORT, METADATA, KEY, CERTIFICATE } = process.env;
const { binding, format, statusCode } = samlify.Constants.namespace;
const origin = `http://127.0.0.1:${PORT}`;
const ssoUrl = `${origin}/sso`;
const entityId = `${origin}/metadata`;
const validitySeconds = 300;

// The demo signs in people whom it invented, at a server of its own.
samlify.setSchemaValidator({ validate: async () => 'not validated' });

/** The template of samlify has no authentication statement, which the profile requires (SAML profiles §4.1.4.2). */
const template = samlify.SamlLib.defaultLoginResponseTemplate.context.replace(
  '{AuthnStatement}',
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>',
);
const service = { Binding: binding.redirect, Location: ssoUrl };
const provider = samlify.IdentityProvider({
  entityID: entityId,
  privateKey: readFileSync(KEY, 'utf8'),
  signingCert: readFileSync(CERTIFICATE, 'utf8'),
  wantAuthnRequestsSigned: true,
  loginResponseTemplate: {
    context: template,
    attributes: ['email', 'name'].map((name) => ({
      name,
      valueTag: name,
      nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
      valueXsiType: 'xs:string',
    })),
  },
  requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  nameIDFormat: [format.persistent],
  singleLogoutService: [service],
  singleSignOnService: [service],
});

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, origin);
  if (pathname !== '/sso') return response.writeHead(pathname === '/' ? 204 : 404).end();
  return signIn(request, response, searchParams).catch((error) => response.writeHead(400).end(String(error)));
}).listen(Number(PORT), '127.0.0.1');

async function signIn(request, response, query) {
  const person = request.method === 'POST' ? await chosenPerson(request, globexPeople) : undefined;
  const page = person ? await responsePage(person, query) : choicePage('Globex', 'SAML 2.0', globexPeople);
  response.writeHead(200, choicePageHeaders).end(page);
}

/** The page that carries the response back. */
async function responsePage(person, query) {
  const eyrie = samlify.ServiceProvider({ metadata: await (await fetch(METADATA)).text() });
  const octetString = ['SAMLRequest', 'RelayState', 'SigAlg']
    .filter((name) => query.has(name))
    .map((name) => `${name}=${encodeURIComponent(query.get(name))}`)
    .join('&');
  const asked = await provider.parseLoginRequest(eyrie, 'redirect', {
    query: Object.fromEntries(query),
    octetString,
  });
  const acs = eyrie.entityMeta.getAssertionConsumerService('post');
  const { context } = await provider.createLoginResponse(eyrie, asked, 'post', {}, (xml) =>
    filled(xml, person, {
      acs,
      audience: eyrie.entityMeta.getEntityID(),
      inResponseTo: asked.extract.request.id,
    }),
  );
  return new Eta({ autoEscape: true }).renderString(
    `<!doctype html>
<html lang="en">
  <head>
    <title>Globex</title>
  </head>
  <body>
    <form method="post" action="<%= it.acs %>">
      <input type="hidden" name="SAMLResponse" value="<%= it.context %>" />
      <input type="hidden" name="RelayState" value="<%= it.relayState %>" />
      <button>Go on</button>
    </form>
    <script>document.forms[0].submit()</script>
  </body>
</html>`,
    { acs, context, relayState: query.get('RelayState') ?? '' },
  );
}

function filled(xml, { id, name, email }, { acs, audience, inResponseTo }) {
  const now = Date.now();
  const at = (seconds) => new Date(now + seconds * 1_000).toISOString();
  const responseId = `_${crypto.randomUUID()}`;
  return {
    id: responseId,
    context: samlify.SamlLib.replaceTagsByValue(xml, {
      ID: responseId,
      AssertionID: `_${crypto.randomUUID()}`,
      Destination: acs,
      Audience: audience,
      SubjectRecipient: acs,
      Issuer: entityId,
      IssueInstant: at(0),
      StatusCode: statusCode.success,
      ConditionsNotBefore: at(0),
      ConditionsNotOnOrAfter: at(validitySeconds),
      SubjectConfirmationDataNotOnOrAfter: at(validitySeconds),
      NameIDFormat: format.persistent,
      NameID: id,
      InResponseTo: inResponseTo,
      attrEmail: email,
      attrName: name,
    }),
  };
}
