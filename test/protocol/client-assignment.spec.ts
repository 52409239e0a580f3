import { readAssignment, writtenForms } from '../../src/protocol/client-metadata/assignment.js';
import { clientMemberEntries } from '../../src/protocol/client-metadata/members.js';

describe('A member of client metadata as text', () => {
  it.each<[text: string, member: string, value: unknown]>([
    ['client_name=Message = Writer', 'client_name', 'Message = Writer'],
    ['client_name=', 'client_name', ''],
    ['tos_uri=https://example.com/?a=b', 'tos_uri', 'https://example.com/?a=b'],
    ['tos_uri=null', 'tos_uri', null],
    ['require_pkce=false', 'require_pkce', false],
    ['require_pkce=true', 'require_pkce', true],
    ['subject_type=pairwise', 'subject_type', 'pairwise'],
    ['contacts=a@example.com, b@example.com', 'contacts', ['a@example.com', 'b@example.com']],
    ['contacts=["a,b"]', 'contacts', ['a,b']],
    ['contacts=', 'contacts', []],
    ['response_types=code,code id_token', 'response_types', ['code', 'code id_token']],
    ['default_max_age=3600', 'default_max_age', 3600],
    ['default_max_age=-1', 'default_max_age', -1],
    ['id_token_claims=true', 'id_token_claims', true],
    ['id_token_claims=email,name', 'id_token_claims', ['email', 'name']],
    ['id_token_claims=["email"]', 'id_token_claims', ['email']],
    ['jwks={"keys":[]}', 'jwks', { keys: [] }],
    ['scope=openid profile', 'scope', 'openid profile'],
    ['introspects=https://a.example', 'introspection_resources', ['https://a.example']],
  ])('%s is read in the form of its kind', (text, member, value) => {
    expect(readAssignment(text)).toEqual({ member, value });
  });

  it.each<[text: string, field: string, reason: string]>([
    ['favourite_colour=green', 'favourite_colour', 'is not a member of client metadata'],
    ['client_id=robot', 'client_id', 'is not a member of client metadata'],
    ['toString=x', 'toString', 'is not a member of client metadata'],
    ['=x', '', 'is not a member of client metadata'],
    ['require_pkce', 'require_pkce', 'needs a value: write member=value'],
    ['require_pkce=yes', 'require_pkce', 'must be true or false'],
    ['require_pkce=toString', 'require_pkce', 'must be true or false'],
    ['default_max_age=1h', 'default_max_age', 'must be a whole number'],
    ['default_max_age=', 'default_max_age', 'must be a whole number'],
    ['jwks={', 'jwks', 'must be a JSON object'],
    ['contacts=[a]', 'contacts', 'must be values separated by commas, or a JSON array'],
  ])('%s is refused by name', (text, field, reason) => {
    expect(readAssignment(text)).toEqual({ field, reason });
  });

  it('every member can be set', () => {
    for (const [name, { kind }] of clientMemberEntries) {
      expect(writtenForms[kind]).toBeTruthy();
      expect(readAssignment(`${name}=null`)).toEqual({ member: name, value: null });
    }
  });
});
