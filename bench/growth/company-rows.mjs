const GROUPS_OF_A_PERSON = 10;

/**
 * A company: people, groups, of which nine in ten stand below one of the others, and each person in ten of them.
 *
 * @param {{ people: number, groups: number }} size
 * @returns {import('./fill.mjs').Rows}
 */
export const companyRows =
  ({ people, groups }) =>
  ({ id, concat }) => {
    const person = concat("'employee-'", 'n');
    const email = concat(person, "'@example.com'");
    const tops = Math.ceil(groups / 10);
    const parent = `CASE WHEN n > ${tops} THEN ${id(`(1 + n % ${tops})`)} END`;
    const membership = (number) => ({
      table: 'group_members',
      count: people,
      columns: {
        user_id: id('n'),
        group_id: id(`(1 + (n + ${Math.floor((number * groups) / GROUPS_OF_A_PERSON)}) % ${groups})`),
      },
    });
    return [
      {
        table: 'users',
        count: people,
        columns: {
          id: id('n'),
          username: person,
          username_key: person,
          email,
          email_key: email,
          verified_email_key: email,
        },
      },
      {
        table: 'people_groups',
        count: groups,
        columns: { id: id('n'), name: concat("'department-'", 'n'), parent_id: parent },
      },
      ...Array.from({ length: GROUPS_OF_A_PERSON }, (_, number) => membership(number)),
    ];
  };
