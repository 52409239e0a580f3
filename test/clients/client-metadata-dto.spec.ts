import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ClientMetadataDto } from '../../src/clients/client-metadata.dto.js';
import { memberDescription } from '../../src/clients/member-description.js';
import { clientMemberEntries, clientMembers } from '../../src/protocol/client-metadata/members.js';

const messages = (body: object): string[] =>
  validateSync(plainToInstance(ClientMetadataDto, body), {
    whitelist: true,
    forbidNonWhitelisted: true,
  }).flatMap(({ constraints = {} }) => Object.values(constraints));

const long = 'x'.repeat(2_049);

describe('The checks of single members of client metadata', () => {
  it.each(clientMemberEntries)(
    '%s may be absent, accepts its example and default, and null exactly by default',
    (name, member) => {
      const plain = typeof member.default === 'function' ? undefined : member.default;
      expect(messages({})).toEqual([]);
      for (const value of [member.example, plain]) expect(messages({ [name]: value })).toEqual([]);
      expect(messages({ [name]: null }).length === 0).toBe(member.default === null);
    },
  );

  it.each<[member: keyof typeof clientMembers, refused: unknown[]]>([
    ['client_name', ['', 'x'.repeat(256), 7, {}]],
    ['tls_client_auth_san_dns', ['', long, 7]],
    ['tos_uri', ['javascript:alert(1)', 'example.com', `https://example.com/${long}`, 7]],
    ['require_pkce', ['true', 1, {}]],
    ['subject_type', ['toaster', '', 7]],
    ['contacts', ['ops@example.com', [7], ['a', 'a'], [long], Array.from({ length: 101 }, String)]],
    ['grant_types', ['authorization_code', ['password'], ['refresh_token', 'refresh_token'], [7]]],
    ['id_token_claims', ['true', 'email', ['shoe_size'], ['email', 'email'], [['email']], {}, 7]],
    ['default_max_age', [-1, 1.5, '3600', 2_147_483_648]],
    ['jwks', ['keys', 7, []]],
    ['scope', ['two  spaces', '"quoted"', ' openid', 'x'.repeat(8_193), 7]],
  ])('%s refuses what is not of its kind, by name', (member, refused) => {
    for (const value of refused) {
      const told = messages({ [member]: value });
      expect({ value, told }).toEqual({
        value,
        told: expect.arrayContaining([expect.stringContaining(member)]),
      });
    }
  });

  it('id_token_claims is true, false or a list of claims', () => {
    for (const value of [true, false, [], ['email', 'name']])
      expect(messages({ id_token_claims: value })).toEqual([]);
  });

  it('an unknown member is refused by name', () => {
    expect(messages({ favourite_colour: 'green' })).toEqual(['property favourite_colour should not exist']);
  });

  it('a former name sets the member, and a violation has the current one', () => {
    const body = plainToInstance(ClientMetadataDto, { introspects: ['https://contacts.example.com'] });
    expect(Object.entries(body)).toEqual([['introspection_resources', ['https://contacts.example.com']]]);
    expect(messages({ introspects: ['https://contacts.example.com'] })).toEqual([]);
    expect(messages({ introspects: [1] })).toContain(
      'each value in introspection_resources must be a string',
    );
  });
});

describe('The description of a member in the OpenAPI document', () => {
  it('holds meaning, specification, default and example', () => {
    expect(memberDescription(clientMembers.require_pkce)).toEqual({
      type: Boolean,
      required: false,
      description:
        'Whether its authorization requests need PKCE; always on for a public client (RFC 9700 §2.1.1)',
      default: true,
      example: true,
    });
  });

  it('says of a member that may be null that it is null unless set', () => {
    expect(memberDescription(clientMembers.tos_uri)).toMatchObject({ nullable: true, example: null });
    expect(memberDescription(clientMembers.tos_uri)).not.toHaveProperty('default');
  });

  it.each(clientMemberEntries)('%s has an example', (_name, member) => {
    expect(memberDescription(member).example).toBeDefined();
  });
});
