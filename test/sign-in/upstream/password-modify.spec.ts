import { Client } from 'ldapts';
import { replacePassword } from '../../../src/sign-in/upstream/ldap/password-modify.js';
import { startScriptedDirectory } from '../../support/scripted-directory.js';

const dn = 'CN=Nora,DC=acme,DC=example';
const replacement = { present: 'old "one"', next: 'new' };
let result: readonly [code: number, text: string] = [0, ''];
const directory = await startScriptedDirectory(
  () => [],
  () => result,
);
afterAll(() => directory.stop());

describe('A change of a password in Active Directory', () => {
  const change = async () => {
    const client = new Client({ url: directory.url });
    try {
      return await replacePassword(client, dn, replacement, true);
    } finally {
      await client.unbind();
    }
  };

  it('deletes the present value and adds the new one, both quoted in UTF-16', async () => {
    result = [0, ''];
    expect(await change()).toBeUndefined();
    const value = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');
    expect(directory.changes.at(-1)).toEqual({
      dn,
      changes: [
        { operation: 'delete', type: 'unicodePwd', values: [value('"old "one""')] },
        { operation: 'add', type: 'unicodePwd', values: [value('"new"')] },
      ],
    });
  });

  it.each([
    [19, '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'against_rules'],
    [53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'against_rules'],
    [50, '00000005: SecErr: DSID-031A11E2, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0', 'not_allowed'],
  ])('that ends with %i, %s, is refused as %s', async (code, text, reason) => {
    result = [code, text];
    expect(await change()).toBe(reason);
  });

  it('that ends with another result says nothing of the password', async () => {
    result = [52, 'unavailable'];
    await expect(change()).rejects.toMatchObject({ code: 52 });
  });
});
