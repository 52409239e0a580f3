import { decidingPolicy } from '../../../src/clients/assertion-policies/decision.js';
import type { LoadedPolicy } from '../../../src/clients/assertion-policies/definition.js';

const policy = (name: string, changes: Partial<LoadedPolicy> = {}): LoadedPolicy => ({
  name,
  client_id: 'assistant',
  audience: 'https://chat.example.com',
  audience_client_id: 'assistant',
  groups: [],
  everyone: true,
  scope: 'chat.read',
  resources: ['https://api.chat.example.com'],
  acr_values: [],
  include_email: false,
  lifetime: 300,
  signing_alg: 'RS256',
  ...changes,
});

const asked = {
  audience: 'https://chat.example.com',
  resources: [] as string[],
  scopes: [] as string[],
  groups: [] as string[],
  acrs: ['mfa', 'pwd'],
  authAge: 10,
};

describe('I4 which policy decides about an identity assertion', () => {
  const readers = policy('readers', { everyone: false, groups: ['readers'] });
  const writers = policy('writers', {
    everyone: false,
    groups: ['writers'],
    scope: 'chat.read chat.write',
  });
  const strong = policy('strong', { acr_values: ['phr', 'mfa'], max_age: 60 });

  it.each<[string, LoadedPolicy[], Partial<typeof asked>, string]>([
    ['no policy', [], {}, 'invalid_target'],
    ['a policy for another audience', [policy('a')], { audience: 'https://b.example' }, 'invalid_target'],
    ['the audience in another spelling', [policy('a')], { audience: 'https://CHAT.example.com/' }, 'a'],
    ['a person in no group', [readers, writers], {}, 'access_denied'],
    ['a person in one group', [readers, writers], { groups: ['writers'] }, 'writers'],
    ['a person in two groups', [readers, writers], { groups: ['writers', 'readers'] }, 'readers'],
    [
      'more scope than the first policy of the person has',
      [readers, writers],
      { groups: ['writers', 'readers'], scopes: ['chat.write'] },
      'writers',
    ],
    [
      'a scope of a policy for other people',
      [readers, writers],
      { groups: ['readers'], scopes: ['chat.write'] },
      'invalid_scope',
    ],
    [
      'scopes of two policies together',
      [policy('a', { scope: 'a' }), policy('b', { scope: 'b' })],
      { scopes: ['a', 'b'] },
      'invalid_scope',
    ],
    ['an unknown resource', [policy('a')], { resources: ['https://other.example'] }, 'invalid_target'],
    [
      'a resource without one in the policy',
      [policy('a', { resources: [] })],
      { resources: ['https://api.chat.example.com'] },
      'invalid_target',
    ],
    ['a good sign-in', [strong], {}, 'strong'],
    ['a weak sign-in', [strong], { acrs: ['pwd'] }, 'insufficient_user_authentication'],
    ['an old sign-in', [strong], { authAge: 61 }, 'insufficient_user_authentication'],
    ['a weak sign-in where a later policy is content', [strong, policy('weak')], { acrs: ['pwd'] }, 'weak'],
  ])('%s', (_title, policies, changes, outcome) => {
    const decide = (): string => {
      try {
        return decidingPolicy(policies, { ...asked, ...changes }).name;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(decide()).toBe(outcome);
  });
});
