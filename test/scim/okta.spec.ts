import {
  groupSchema,
  ProvisioningClient,
  type Resource,
  userSchema,
} from '../support/provisioning-client.js';
import type { Answer } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

/* The requests are of the shapes in Okta's "SCIM protocol" reference. */
describe('M1 SCIM as Okta uses it', () => {
  const server = useServer();
  let okta: ProvisioningClient;
  let created: Answer;
  let user: Resource;

  const profile = {
    schemas: [userSchema],
    userName: 'test.user@okta.local',
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
    displayName: 'Test User',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    active: true,
  };

  beforeAll(async () => {
    okta = await ProvisioningClient.withToken(server, { name: 'okta' });
    created = await okta.call('POST', '/Users', { ...profile, password: '1mz050nq' });
    user = created.body as unknown as Resource;
  });

  it('a user is created, and the password that comes along is ignored', () => {
    expect([created.status, created.text]).toEqual([201, expect.not.stringContaining('1mz050nq')]);
  });

  it('a user is looked for before it is created, with the page that Okta asks for', async () => {
    const found = await okta.get(
      `/Users?filter=${encodeURIComponent('userName eq "test.user@okta.local"')}&startIndex=1&count=100`,
    );
    expect(found.body).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 });
  });

  it('a profile is replaced as a whole: what is left out has no value any more', async () => {
    const { displayName: _, ...rest } = profile;
    const answer = await okta.call('PUT', `/Users/${user.id}`, {
      ...rest,
      id: user.id,
      name: { givenName: 'Another', familyName: 'User', middleName: 'Excited' },
      meta: { resourceType: 'User' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ displayName: 'Another User', name: { middleName: 'Excited' } });
    const back = await okta.call('PUT', `/Users/${user.id}`, profile);
    expect(back.body.name).toEqual({ givenName: 'Test', familyName: 'User' });
  });

  it('a user is deactivated and activated by a PATCH without a path', async () => {
    for (const active of [false, true]) {
      const answer = await okta.patch(`/Users/${user.id}`, [{ op: 'replace', value: { active } }]);
      expect([answer.status, answer.body.active]).toEqual([200, active]);
    }
  });

  it('a PUT that does not say whether somebody is active changes nothing about that', async () => {
    const { active: _, ...rest } = profile;
    const other = await okta.createUser({ active: false });
    const answer = await okta.call('PUT', `/Users/${other.id}`, { ...rest, userName: 'other@okta.local' });
    expect([answer.status, answer.body.active]).toEqual([200, false]);
  });

  it('a group is pushed, renamed with its id, and its members are replaced', async () => {
    const { id } = await okta.createGroup({ displayName: 'Test SCIMv2', members: [] });
    const renamed = await okta.patch(`/Groups/${id}`, [
      { op: 'replace', value: { id, displayName: 'Test SCIMv2 renamed' } },
    ]);
    expect(renamed.status).toBe(204);
    const others = [await okta.createUser(), await okta.createUser()];
    const change = [
      { op: 'add', path: 'members', value: [{ value: user.id, display: 'test.user@okta.local' }] },
      { op: 'replace', path: 'members', value: others.map(({ id: value }) => ({ value, display: 'x' })) },
    ];
    expect((await okta.patch(`/Groups/${id}`, change)).status).toBe(204);
    expect(await okta.members(id)).toEqual(others.map((other) => other.id).toSorted());
    const replaced = await okta.call('PUT', `/Groups/${id}`, {
      schemas: [groupSchema],
      id,
      displayName: 'Again',
      members: [{ value: user.id }],
    });
    expect(replaced.body).toMatchObject({
      displayName: 'Again',
      members: [{ value: user.id, type: 'User' }],
    });
    expect((await okta.get(`/Users/${user.id}`)).body.groups).toEqual([
      { value: id, $ref: `${server.issuer}/scim/v2/Groups/${id}`, display: 'Again', type: 'direct' },
    ]);
  });
});
