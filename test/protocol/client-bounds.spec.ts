import {
  boundsOf,
  type ClientBounds,
  isScopeWithinBounds,
  isWithinBounds,
  unbounded,
} from '../../src/protocol/client-bounds.js';

const contacts = 'https://contacts.example.com';
const calendar = 'https://calendar.example.com';
const issuer = 'https://id.example.com';

const bounds = (changes: Partial<ClientBounds> = {}): ClientBounds => ({ ...unbounded, ...changes });

describe('the bounds of a client', () => {
  it.each<[string, ClientBounds, ClientBounds, ClientBounds]>([
    ['neither has bounds: none', bounds(), bounds(), bounds()],
    [
      'the client alone has a lifetime: that one',
      bounds({ maxTokenTtlSeconds: 60 }),
      bounds(),
      bounds({ maxTokenTtlSeconds: 60 }),
    ],
    [
      'agents alone have a lifetime: that one',
      bounds(),
      bounds({ maxTokenTtlSeconds: 60 }),
      bounds({ maxTokenTtlSeconds: 60 }),
    ],
    [
      'both have a lifetime: the shorter one',
      bounds({ maxTokenTtlSeconds: 600 }),
      bounds({ maxTokenTtlSeconds: 60 }),
      bounds({ maxTokenTtlSeconds: 60 }),
    ],
    [
      'both name resources: those that both name, in any spelling',
      bounds({ resources: [contacts, calendar] }),
      bounds({ resources: ['HTTPS://contacts.example.com:443/', issuer] }),
      bounds({ resources: [contacts] }),
    ],
    [
      'both name resources, none of them the same: none at all',
      bounds({ resources: [contacts] }),
      bounds({ resources: [calendar] }),
      bounds({ resources: [] }),
    ],
    [
      'an empty list is a bound',
      bounds({ resources: [] }),
      bounds({ resources: [calendar] }),
      bounds({ resources: [] }),
    ],
    [
      'one of them demands DPoP: it is demanded',
      bounds(),
      bounds({ requiresDpop: true }),
      bounds({ requiresDpop: true }),
    ],
    [
      'the client alone demands DPoP: it is demanded',
      bounds({ requiresDpop: true }),
      bounds(),
      bounds({ requiresDpop: true }),
    ],
  ])('of an agent: %s', (_title, own, ofAgents, expected) => {
    expect(boundsOf({ isAgent: true, registeredItself: false, own }, ofAgents)).toEqual(expected);
  });

  const strict = bounds({ maxTokenTtlSeconds: 60, resources: [contacts], requiresDpop: true });

  it.each<[string, boolean, boolean, ClientBounds]>([
    ['neither an agent nor registered by itself: its own', false, false, bounds()],
    ['an agent: those of agents', true, false, strict],
    ['registered by itself, and says that it is no agent: those of agents', false, true, strict],
    ['both: those of agents', true, true, strict],
  ])('of a client that is %s', (_title, isAgent, registeredItself, expected) => {
    expect(boundsOf({ isAgent, registeredItself, own: bounds() }, strict)).toEqual(expected);
  });

  it.each<[string, readonly string[] | undefined, string | undefined, boolean]>([
    ['any resource without a bound', undefined, calendar, true],
    ['no resource without a bound', undefined, undefined, true],
    ['a resource that is named', [contacts], contacts, true],
    ['a resource that is named in another spelling', ['https://contacts.example.com/'], contacts, true],
    ['another resource', [contacts], calendar, false],
    ['no resource', [contacts], undefined, false],
    ['any resource with an empty list', [], contacts, false],
  ])('%s', (_title, resources, resource, expected) => {
    expect(isWithinBounds(bounds({ resources }), resource)).toBe(expected);
  });

  it.each<[string, string, string | undefined, boolean]>([
    ['a scope of a named resource', 'contacts.read', contacts, true],
    ['a scope of another resource', 'calendar.read', calendar, false],
    ['a scope of no resource', 'gone', undefined, false],
    ['a scope of OpenID Connect', 'email', issuer, true],
    ['offline_access', 'offline_access', issuer, true],
    ['a scope of the admin API', 'eyrie.admin', issuer, false],
    ['a scope of another resource that is called like one of OpenID Connect', 'groups', calendar, false],
  ])('within the resources: %s', (_title, scope, resource, expected) => {
    expect(isScopeWithinBounds(bounds({ resources: [contacts] }), scope, { resource, issuer })).toBe(
      expected,
    );
  });
});
