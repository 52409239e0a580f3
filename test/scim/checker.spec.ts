import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AdminCaller } from '../support/admin-caller.js';
import { attributesSchema, ProvisioningClient } from '../support/provisioning-client.js';
import { useServer } from '../support/server.js';

const run = promisify(execFile);
const program = process.env['EYRIE_TEST_SCIM_CHECKER'];
const timeout = 120_000;

/** What the checker finds, and is as it should be. */
const expected = [
  // A value that is added to a list joins those that are there (RFC 7644 §3.5.2.1); the checker expects it alone.
  `check_add_attribute ${attributesSchema}:skills`,
  // Whether somebody can sign in is always known.
  'check_remove_attribute active',
  // The response names the members, too: `display` is read-only (RFC 7643 §4.2).
  'check_add_attribute members',
  'check_replace_attribute members',
];

/** The findings of a report: the check and the attribute of each. */
const findingsOf = (report: string): string[] =>
  [...report.matchAll(/^(?:ERROR|CRITICAL) (\w+)\n\s+[^\n]*?'([^']+)'/gm)].map(
    ([, check, attribute]) => `${check} ${attribute}`,
  );

// scripts/test.mjs says so where it is left out.
(program === undefined ? describe.skip : describe)('M1 scim2-tester', () => {
  const server = useServer();

  it(
    'finds nothing that RFC 7643 and RFC 7644 have in another way',
    async () => {
      const admin = await AdminCaller.register(server);
      for (const [name, type] of [
        ['department', 'text'],
        ['skills', 'texts'],
        ['level', 'integer'],
        ['remote', 'boolean'],
      ])
        await admin.put('/attributes', { name, type, label: name });
      const { token } = await ProvisioningClient.withToken(server);
      // It ends with an error where it finds something.
      const { stdout } = await run(program!, ['--url', `${server.issuer}/scim/v2`, 'test'], {
        env: { ...process.env, SCIM_CLI_HEADERS: `Authorization: Bearer ${token}` },
        maxBuffer: 16 * 1_024 * 1_024,
        timeout,
      }).catch((error: { stdout: string }) => error);
      expect(stdout.match(/^SUCCESS /gm)?.length).toBeGreaterThan(130);
      expect(findingsOf(stdout).toSorted()).toEqual(expected.toSorted());
      // Each finding was read.
      expect(stdout.match(/^(?:ERROR|CRITICAL) /gm)).toHaveLength(expected.length);
    },
    timeout,
  );
});
