import {
  enterpriseSchema,
  groupSchema,
  ProvisioningClient,
  type Resource,
  userSchema,
} from '../support/provisioning-client.js';
import type { Answer } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

/* The requests are of the shapes in Microsoft's "Develop and plan provisioning for a SCIM endpoint". */
describe('M1 SCIM as Microsoft Entra ID uses it', () => {
  const server = useServer();
  let entra: ProvisioningClient;
  let created: Answer;
  let user: Resource;

  beforeAll(async () => {
    entra = await ProvisioningClient.withToken(server, { name: 'entra', verifies_emails: true });
    created = await entra.call('POST', '/Users', {
      schemas: [userSchema, enterpriseSchema],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
    });
    user = created.body as unknown as Resource;
  });

  it('a user is created, with its URL in the response', () => {
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(user.meta.location);
    expect(user).toMatchObject({ externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef', active: true });
  });

  it('the connection is tested by looking for somebody who is not there: an empty list', async () => {
    const answer = await entra.get('/Users?filter=userName+eq+%22non-existent%22');
    expect(answer.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      itemsPerPage: 0,
      startIndex: 1,
      Resources: [],
    });
  });

  it('a user is found by the attributes that people are matched by', async () => {
    for (const filter of [
      'userName eq "test_user_AB6490ee-1e48-479e-a20b-2d77186b5dd1"',
      'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
      'emails[type eq "work"].value eq "test_user_fd0ea19b@testuser.com"',
      'emails.value eq "Test_User_fd0ea19b@testuser.com"',
      `id eq "${user.id}" and externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`,
    ])
      expect((await entra.find('Users', filter)).map(({ id }) => id)).toEqual([user.id]);
  });

  it('several attributes are changed at once, with operators and booleans as Entra ID writes them', async () => {
    const answer = await entra.patch(`/Users/${user.id}`, [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 425 555 0100' },
      { op: 'Add', path: `${enterpriseSchema}:employeeNumber`, value: '701984' },
      { op: 'Add', path: `${enterpriseSchema}:manager`, value: 'a manager' },
      { op: 'Replace', path: 'active', value: 'True' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      active: true,
      emails: [{ type: 'work', value: 'updatedEmail@microsoft.com', primary: true }],
      name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
      phoneNumbers: [{ type: 'mobile', value: '+1 425 555 0100' }],
      [enterpriseSchema]: { employeeNumber: '701984', manager: { value: 'a manager' } },
    });
    expect(await entra.find('Users', `${enterpriseSchema}:employeeNumber eq "701984"`)).toHaveLength(1);
  });

  it('a user whom Entra ID disables is not active and is still found', async () => {
    const answer = await entra.patch(`/Users/${user.id}`, [
      { op: 'Replace', path: 'active', value: 'False' },
    ]);
    expect(answer.body.active).toBe(false);
    expect((await entra.find('Users', 'active eq "False"')).map(({ id }) => id)).toContain(user.id);
    expect(
      (await entra.patch(`/Users/${user.id}`, [{ op: 'replace', value: { active: true } }])).body.active,
    ).toBe(true);
  });

  it('a group is created, found without its members, and its members are added and removed both ways', async () => {
    const group = await entra.call('POST', '/Groups', {
      schemas: [groupSchema, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Group 1',
      meta: { resourceType: 'Group' },
    });
    expect(group.status).toBe(201);
    const path = `/Groups/${group.body.id as string}`;
    const [found] = await entra.find('Groups', 'displayName eq "Group 1"', '&excludedAttributes=members');
    expect(found).toMatchObject({ id: group.body.id, externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159' });

    const other = await entra.createUser();
    const both = [
      { $ref: null, value: user.id },
      { $ref: null, value: other.id },
    ];
    expect((await entra.patch(path, [{ op: 'Add', path: 'members', value: both }])).status).toBe(204);
    expect((await entra.get(`${path}?attributes=members`)).body.members).toHaveLength(2);
    expect(
      await entra.find(
        'Groups',
        `id eq "${group.body.id as string}" and members eq "${user.id}"`,
        '&attributes=id',
      ),
    ).toHaveLength(1);

    const listed = [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: other.id }] }];
    expect((await entra.patch(path, listed)).status).toBe(204);
    expect(await entra.members(group.body.id as string)).toEqual([user.id]);
    const filtered = [{ op: 'remove', path: `members[value eq "${user.id}"]` }];
    expect((await entra.patch(path, filtered)).status).toBe(204);
    expect((await entra.patch(path, filtered)).status).toBe(204);
    expect(await entra.members(group.body.id as string)).toEqual([]);
    expect((await entra.call('DELETE', path)).status).toBe(204);
    expect((await entra.get(path)).status).toBe(404);
  });

  it('values that an account cannot have, such as time zones of Windows, are kept and do not stop the user', async () => {
    const { id } = await entra.createUser({ timezone: 'Pacific Standard Time', locale: 'en_US' });
    expect((await entra.get(`/Users/${id}`)).body).toMatchObject({
      timezone: 'Pacific Standard Time',
      locale: 'en-US',
    });
  });
});
