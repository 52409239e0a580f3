import {
  clientMemberEntries,
  clientMembers,
  currentNames,
  operatorMembers,
} from '../../src/protocol/client-metadata/members.js';

const names = Object.keys(clientMembers);

describe('The table of client metadata', () => {
  it.each(clientMemberEntries)('%s is described: name, meaning and specification', (name, member) => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(member.meaning).toMatch(/^[A-Za-z].*[^.]$/);
    expect(member.spec ?? 'RFC 7591 §2').toMatch(
      /^(RFC \d+|OIDC [\w -]+|CIBA Core|JARM|FAPI 2\.0 [\w ]+)( §[\d.]+)?/,
    );
  });

  it.each(clientMemberEntries.filter(([, member]) => 'values' in member))(
    '%s has a default and an example among its values',
    (_name, member) => {
      const values = 'values' in member ? member.values : [];
      const plain = Array.isArray(member.default) || typeof member.default === 'string' ? member.default : [];
      expect(values).toEqual(expect.arrayContaining([plain, member.example ?? []].flat()));
      expect(new Set(values).size).toBe(values.length);
    },
  );

  it('a former name belongs to one member and is the name of none', () => {
    const former = clientMemberEntries.flatMap(([, { formerNames = [] }]) => formerNames);
    expect(currentNames.size).toBe(former.length);
    expect(former.filter((name) => names.includes(name))).toEqual([]);
    expect(currentNames.get('introspects')).toBe('introspection_resources');
  });

  it('what only operators set is its look, who vouches for it, how it asks people on its own, which tokens a client may introspect, which authorization details it may request, what every sign-in to it needs, which profile it keeps to, its bounds, and whether it is trusted', () => {
    expect(operatorMembers.toSorted()).toEqual([
      'authorization_details_types',
      'backchannel_authentication_request_signing_alg',
      'backchannel_client_notification_endpoint',
      'backchannel_token_delivery_mode',
      'brand_color',
      'brand_color_dark',
      'brand_logo_uri',
      'eyrie_allowed_resources',
      'eyrie_federated_issuer',
      'eyrie_federated_subject',
      'eyrie_max_token_ttl',
      'eyrie_profile',
      'eyrie_require_dpop',
      'introspection_resources',
      'require_second_factor',
      'skip_consent',
      'token_exchange_clients',
      'token_exchange_resources',
    ]);
  });
});
