import {
  type AdminRole,
  adminScopeNames,
  narrowedTo,
  rolesOf,
  scopesOfRoles,
  toRoleColumn,
  unlimitedScopesOfRoles,
  withIncluded,
} from '../../src/resource/rights.js';

describe('The scopes of the admin API', () => {
  it('eyrie.admin includes all of them', () => {
    expect([...withIncluded(['eyrie.admin'])].toSorted()).toEqual(adminScopeNames.toSorted());
  });

  it('eyrie.admin.read includes those for reading, and no other', () => {
    const included = [...withIncluded(['eyrie.admin.read'])];

    expect(included.every((scope) => scope.endsWith('.read'))).toBe(true);
    expect(included).toHaveLength(adminScopeNames.filter((scope) => scope.endsWith('.read')).length);
  });

  it('the scope for an area includes reading it, and nothing of another area', () => {
    expect([...withIncluded(['eyrie.users'])]).toEqual(['eyrie.users', 'eyrie.users.read']);
  });
});

describe('What the roles allow', () => {
  const cases: [AdminRole[], { has: string[]; lacks: string[] }][] = [
    [['administrator'], { has: [...adminScopeNames], lacks: [] }],
    [['auditor'], { has: ['eyrie.admin.read', 'eyrie.users.read'], lacks: ['eyrie.admin', 'eyrie.users'] }],
    [
      ['client_manager'],
      {
        has: ['eyrie.clients', 'eyrie.clients.read', 'eyrie.resources.read'],
        lacks: ['eyrie.resources', 'eyrie.users.read'],
      },
    ],
    [
      ['user_support'],
      {
        has: ['eyrie.users', 'eyrie.grants'],
        lacks: ['eyrie.clients.read', 'eyrie.audit.read', 'eyrie.admin.read'],
      },
    ],
    [['auditor', 'user_support'], { has: ['eyrie.admin.read', 'eyrie.users'], lacks: ['eyrie.clients'] }],
    [[], { has: [], lacks: [...adminScopeNames] }],
  ];

  it.each(cases)('%j', (roles, { has, lacks }) => {
    const scopes = scopesOfRoles(roles);

    expect(has.filter((scope) => !scopes.has(scope))).toEqual([]);
    expect(lacks.filter((scope) => scopes.has(scope))).toEqual([]);
  });

  it('a client manager who is an auditor too reads all clients, and changes their own', () => {
    const unlimited = unlimitedScopesOfRoles(['client_manager', 'auditor']);

    expect(unlimited.has('eyrie.clients.read')).toBe(true);
    expect(unlimited.has('eyrie.clients')).toBe(false);
  });
});

describe('Scopes narrowed to what somebody may give', () => {
  it.each([
    { asked: ['openid', 'eyrie.admin'], roles: ['administrator'], left: ['openid', 'eyrie.admin'] },
    {
      asked: ['openid', 'eyrie.admin'],
      roles: ['user_support'],
      left: ['openid', 'eyrie.users', 'eyrie.grants'],
    },
    { asked: ['eyrie.admin', 'eyrie.admin.read'], roles: ['auditor'], left: ['eyrie.admin.read'] },
    {
      asked: ['eyrie.admin.read'],
      roles: ['client_manager'],
      left: ['eyrie.clients.read', 'eyrie.resources.read'],
    },
    { asked: ['eyrie.clients'], roles: ['auditor'], left: ['eyrie.clients.read'] },
    { asked: ['openid', 'eyrie.admin'], roles: [], left: ['openid'] },
    { asked: ['openid', 'contacts.read'], roles: [], left: ['openid', 'contacts.read'] },
  ] satisfies { asked: string[]; roles: AdminRole[]; left: string[] }[])(
    '$asked by $roles: $left',
    ({ asked, roles, left }) => {
      expect(narrowedTo(scopesOfRoles(roles), asked)).toEqual(left);
    },
  );
});

describe('Stored roles', () => {
  it('keep one order, each once', () => {
    expect(toRoleColumn(['user_support', 'auditor', 'user_support'])).toBe('auditor user_support');
    expect(toRoleColumn([])).toBeNull();
  });

  it('are read with the role of an administrator, and without names that are not known', () => {
    expect(rolesOf({ administrator: true, adminRoles: 'auditor owner' })).toEqual([
      'administrator',
      'auditor',
    ]);
    expect(rolesOf({ administrator: false, adminRoles: null })).toEqual([]);
  });
});
