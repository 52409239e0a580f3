import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { responseOf, TestBrowser } from '../../support/browser.js';
import {
  arrive,
  asksForOrganization,
  organizationScope,
  type Person,
  TestOrganizations,
} from '../../support/organizations.js';
import { basic, post, RelyingParty } from '../../support/relying-party.js';
import { putResource } from '../../support/resources.js';
import { messageWriter, useServer } from '../../support/server.js';
import { shows, walk } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const scope = `${messageWriter.scope} organization`;

describe('A client that acts for an organization', () => {
  const server = useServer();
  let world: TestOrganizations;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
  });

  const client = (registration: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { scope, ...registration });

  /** The parameters of the response to a request of the person, who allows everything and chooses nothing. */
  async function respond(rp: RelyingParty, person: Person, asked: string, more: object = {}) {
    return responseOf(await walk(rp.browser, rp.authorizeUrl(verifier, { scope: asked, ...more }), person));
  }

  async function tokensOf(rp: RelyingParty, response: URLSearchParams) {
    const answer = await rp.redeem({ code: response.get('code') ?? '', verifier });
    expect(answer.status).toBe(200);
    return answer.body;
  }

  it('gets it in every token, at userinfo and introspection, and after a refresh as it is then', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [organization = ''] = organizations;
    const rp = await client();
    const config = await rp.openidClient();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: rp.redirectUri,
      scope: `openid offline_access ${organizationScope(organization)}`,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'state',
    });
    const page = await walk(rp.browser, url.href, person);
    const tokens = await openid.authorizationCodeGrant(config, new URL(page.url), {
      pkceCodeVerifier: verifier,
      expectedState: 'state',
    });
    const { name } = await world.shown(organization);
    const expected = { org_id: organization, org_name: name, org_roles: ['member'] };
    expect(tokens.claims()).toMatchObject(expected);
    expect(decodeJwt(tokens.access_token)).toMatchObject(expected);
    expect((await rp.userinfo(tokens.access_token)).body).toMatchObject(expected);
    expect((await rp.introspect(tokens.access_token)).body).toMatchObject({ active: true, ...expected });
    expect(tokens.scope?.split(' ')).toEqual(['openid', 'offline_access', 'organization']);

    await world.join(organization, person, ['member', 'admin']);
    await world.admin.patch(`/organizations/${organization}`, { name: `${name}-renamed` });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    const changed = { org_id: organization, org_name: `${name}-renamed`, org_roles: ['admin', 'member'] };
    expect(refreshed.claims()).toMatchObject(changed);
    expect(decodeJwt(refreshed.access_token)).toMatchObject(changed);
  });

  it('gets it at introspection and userinfo of an opaque token', async () => {
    const { person, organizations } = await world.memberOf(1);
    const rp = await client({ access_token_format: 'opaque' });
    const { access_token } = await tokensOf(rp, await respond(rp, person, 'openid organization'));
    const expected = { org_id: organizations[0], org_roles: ['member'] };
    expect((await rp.introspect(access_token)).body).toMatchObject(expected);
    expect((await rp.userinfo(access_token)).body).toMatchObject(expected);
  });

  it('gets it in tokens for a resource, whose scopes it does not belong to', async () => {
    const { person, organizations } = await world.memberOf(1);
    const rp = await client();
    const resource = 'https://contacts.example.com';
    const response = await respond(rp, person, 'contacts.read organization', { resource });
    const { access_token } = await tokensOf(rp, response);
    expect(decodeJwt(access_token)).toMatchObject({
      aud: resource,
      scope: 'contacts.read organization',
      org_id: organizations[0],
    });
  });

  it('does not get one that it did not ask for', async () => {
    const { person } = await world.memberOf(1);
    const rp = await client();
    const { access_token, id_token } = await tokensOf(rp, await respond(rp, person, 'openid'));
    for (const token of [access_token, id_token])
      expect(Object.keys(decodeJwt(token)).filter((claim) => claim.startsWith('org_'))).toEqual([]);
  });

  it('gets that of a person who belongs to one alone, without a question', async () => {
    const { person, organizations } = await world.memberOf(1);
    const rp = await client();
    const { id_token } = await tokensOf(rp, await respond(rp, person, 'openid organization'));
    expect(decodeJwt(id_token)).toMatchObject({ org_id: organizations[0] });
  });

  it('gets the one that a person with several chooses on our page', async () => {
    const { person, organizations } = await world.memberOf(3);
    const rp = await client();
    const page = await arrive(
      rp.browser,
      rp.authorizeUrl(verifier, { scope: 'openid organization' }),
      person,
    );
    expect(asksForOrganization(page)).toBe(true);
    const [, chosen = ''] = organizations;
    const consent = await rp.browser.submit(page, { choice: chosen });
    const { display_name } = await world.shown(chosen);
    expect(consent.html).toContain(`Act for the organization ${display_name}, with your roles in it`);
    const response = responseOf(await rp.browser.submit(consent, { decision: 'allow' }));
    const { id_token } = await tokensOf(rp, response);
    expect(decodeJwt(id_token)).toMatchObject({ org_id: chosen });
  });

  it('has the page shown again for a choice that is none of the organizations of the person', async () => {
    const { person } = await world.memberOf(2);
    const foreign = await world.create();
    const rp = await client();
    const page = await arrive(
      rp.browser,
      rp.authorizeUrl(verifier, { scope: 'openid organization' }),
      person,
    );
    for (const choice of [foreign, 'nobody', '', 'a'.repeat(3_000)])
      expect(asksForOrganization(await rp.browser.submit(page, { choice }))).toBe(true);
  });

  it('lets a person go on with another account than the one that the page was shown to', async () => {
    const { person } = await world.memberOf(2);
    const other = await world.memberOf(1);
    const rp = await client();
    const page = await arrive(
      rp.browser,
      rp.authorizeUrl(verifier, { scope: 'openid organization' }),
      person,
    );
    const signInPage = await rp.browser.submit(page, { choice: 'other-account' });
    expect(shows.signIn(signInPage)).toBe(true);
    const consent = await rp.browser.submit(signInPage, {
      username: other.person.username,
      password: other.person.password,
    });
    const { id_token } = await tokensOf(
      rp,
      responseOf(await rp.browser.submit(consent, { decision: 'allow' })),
    );
    expect(decodeJwt(id_token)).toMatchObject({ sub: other.person.id, org_id: other.organizations[0] });
  });

  it('does not see the choice of another browser: the page belongs to the one that began', async () => {
    const { person } = await world.memberOf(2);
    const rp = await client();
    const page = await arrive(
      rp.browser,
      rp.authorizeUrl(verifier, { scope: 'openid organization' }),
      person,
    );
    const elsewhere = new TestBrowser(server.issuer);
    expect((await elsewhere.open(page.url)).status).toBe(403);
    expect((await elsewhere.submit(page, { choice: 'x' })).status).toBe(403);
  });

  it.each([
    ['that the person does not belong to', async () => organizationScope(await world.create())],
    ['that does not exist', async () => organizationScope('0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00')],
    ['without an id', async () => 'organization:'],
  ])('gets access_denied for an organization %s', async (_, named) => {
    const { person } = await world.memberOf(1);
    const rp = await client();
    const response = await respond(rp, person, `openid ${await named()}`);
    expect(Object.fromEntries(response)).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('does not belong to this organization'),
      state: 'state',
    });
  });

  it('gets access_denied of a person who belongs to none', async () => {
    const rp = await client();
    const response = await respond(rp, await world.person(), 'openid organization');
    expect(Object.fromEntries(response)).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('belongs to no organization'),
    });
  });

  it('gets invalid_scope for two organizations at once, and if its scope does not have them', async () => {
    const { person, organizations } = await world.memberOf(2);
    const both = organizations.map(organizationScope).join(' ');
    expect((await respond(await client(), person, `openid ${both}`)).get('error')).toBe('invalid_scope');
    const unregistered = await client({ scope: messageWriter.scope });
    for (const asked of ['organization', organizationScope(organizations[0] ?? '')])
      expect((await respond(unregistered, person, `openid ${asked}`)).get('error')).toBe('invalid_scope');
  });

  it('gets interaction_required with prompt=none if the person has to choose, and no page', async () => {
    const { person, organizations } = await world.memberOf(2);
    const rp = await client();
    await respond(rp, person, `openid ${organizationScope(organizations[0] ?? '')}`);
    const silent = { prompt: 'none' };
    expect((await respond(rp, person, 'openid organization', silent)).get('error')).toBe(
      'interaction_required',
    );
    const named = await respond(rp, person, `openid ${organizationScope(organizations[0] ?? '')}`, silent);
    expect(named.get('code')).not.toBeNull();
  });

  it('is asked for consent for each organization: that for one is none for another', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [one = '', other = ''] = organizations.map((id) => `openid contacts.read ${organizationScope(id)}`);
    const rp = await client();
    const silent = { prompt: 'none' };
    await respond(rp, person, one);
    expect((await respond(rp, person, one, silent)).get('code')).not.toBeNull();
    for (const asked of [other, 'openid contacts.read'])
      expect((await respond(rp, person, asked, silent)).get('error')).toBe('consent_required');
    await respond(rp, person, 'openid contacts.read');
    expect((await respond(rp, person, other, silent)).get('error')).toBe('consent_required');
  });

  it('gets tokens for no organization if the person refuses that scope', async () => {
    const { person } = await world.memberOf(1);
    const rp = await client();
    const page = await arrive(
      rp.browser,
      rp.authorizeUrl(verifier, { scope: 'openid organization' }),
      person,
    );
    const response = responseOf(await rp.browser.submit(page, { scope: ['openid'], decision: 'allow' }));
    const { id_token, scope: granted } = await tokensOf(rp, response);
    expect(granted).toBe('openid');
    expect(decodeJwt(id_token)).not.toHaveProperty('org_id');
  });

  it('may repeat the scope of its request at a refresh, and name no other organization there', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [one = '', other = ''] = organizations;
    const rp = await client();
    const asked = `openid offline_access ${organizationScope(one)}`;
    const { refresh_token } = await tokensOf(rp, await respond(rp, person, asked));
    const changed = await rp.refresh(refresh_token, { scope: `openid ${organizationScope(other)}` });
    expect(changed.body.error).toBe('invalid_scope');
    const repeated = await rp.refresh(refresh_token, { scope: asked });
    expect(decodeJwt(repeated.body.access_token)).toMatchObject({
      org_id: one,
      scope: 'openid offline_access organization',
    });
  });

  it('gets nothing more of such a grant once its own scope does not have organizations', async () => {
    const { person } = await world.memberOf(1);
    const rp = await client();
    const { refresh_token } = await tokensOf(
      rp,
      await respond(rp, person, 'openid offline_access organization'),
    );
    await world.admin.patch(`/clients/${rp.clientId}`, { scope: messageWriter.scope });
    expect((await rp.refresh(refresh_token)).body.error).toBe('invalid_grant');
  });

  it('cannot act for one by itself: client_credentials is invalid_scope', async () => {
    const { organizations } = await world.memberOf(1);
    const { clientId, secret } = await server.register({
      client_id: 'acts-for-itself',
      grant_types: ['client_credentials'],
      scope: 'contacts.read organization',
    });
    const authorization = basic(clientId, secret);
    for (const asked of ['organization', organizationScope(organizations[0] ?? '')]) {
      const fields = { grant_type: 'client_credentials', scope: asked };
      expect((await post(server, '/token', fields, { authorization })).body.error).toBe('invalid_scope');
    }
    const { body } = await post(server, '/token', { grant_type: 'client_credentials' }, { authorization });
    expect(body.scope).toBe('contacts.read');
  });

  it('gets a scope of a resource that only looks as if it named an organization', async () => {
    const { person } = await world.memberOf(2);
    await putResource(server, {
      identifier: 'https://companies.example.com',
      name: 'Companies',
      scopes: { 'organization:read': 'Read companies' },
    });
    const rp = await client({ scope: 'openid organization:read' });
    const { access_token } = await tokensOf(rp, await respond(rp, person, 'openid organization:read'));
    expect(decodeJwt(access_token)).toMatchObject({ scope: 'openid organization:read' });
    expect(decodeJwt(access_token)).not.toHaveProperty('org_id');
  });

  it('may push its request', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [organization = ''] = organizations;
    const rp = await client();
    const sent = new URL(
      rp.authorizeUrl(verifier, { scope: `openid ${organizationScope(organization)}` }),
      server.issuer,
    );
    const pushed = await rp.authenticated('/par', Object.fromEntries(sent.searchParams));
    expect(pushed.status).toBe(201);
    const query = new URLSearchParams({
      client_id: rp.clientId,
      request_uri: pushed.body['request_uri'] as string,
    });
    const page = await walk(rp.browser, `/authorize?${query}`, person);
    const { id_token } = await tokensOf(rp, responseOf(page));
    expect(decodeJwt(id_token)).toMatchObject({ org_id: organization });
  });

  it('finds it in the metadata', async () => {
    const metadata = (await (
      await fetch(`${server.issuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, string[]>;
    expect(metadata['scopes_supported']).toContain('organization');
    expect(metadata['claims_supported']).toEqual(expect.arrayContaining(['org_id', 'org_name', 'org_roles']));
  });
});
