import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'ldapts';
import { replacePassword } from '../../../src/sign-in/upstream/ldap/password-modify.js';
import { startScriptedDirectory } from '../../support/scripted-directory.js';

const dn = 'CN=Nora,DC=acme,DC=example';
const replacement = { present: 'old "one"', next: 'new' };
let result: readonly [code: number, text: string] = [0, ''];
const directory = await startScriptedDirectory({ search: () => [], change: () => result });
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
    [19, '00000056: AtrErr: DSID-03190FD6, #1:\n\t0: 00000056: problem 1005 (CONSTRAINT_ATT_TYPE)', 'wrong'],
    [53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'against_rules'],
    [50, '00000005: SecErr: DSID-031A11E2, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0', 'not_allowed'],
  ])('that ends with %i, %s, is refused as %s', async (code, text, reason) => {
    result = [code, text];
    expect(await change()).toBe(reason);
  });

  it('and one of another directory are not printed by NODE_DEBUG', async () => {
    const script = `
      const { Client } = await import('ldapts');
      const { replacePassword } = await import(process.env.MODULE);
      const client = new Client({ url: process.env.DIRECTORY });
      await client.bind('CN=Nora', 'old one');
      for (const isActiveDirectory of [true, false])
        await replacePassword(client, 'CN=Nora', { present: 'old one', next: 'new' }, isActiveDirectory);
      await client.unbind();`;
    const module = new URL('../../../dist/sign-in/upstream/ldap/password-modify.js', import.meta.url).href;
    result = [0, ''];
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { env: { PATH: process.env.PATH, NODE_DEBUG: 'ldapts', MODULE: module, DIRECTORY: directory.url } },
    );
    expect(stderr).toContain('not shown');
    const bytes = (text: string, encoding: BufferEncoding): string => Buffer.from(text, encoding).join(',');
    for (const secret of ['old one', 'new'])
      for (const shown of [secret, bytes(secret, 'utf8'), bytes(secret, 'utf16le')])
        expect(stderr).not.toContain(shown);
  });

  it('that ends with another result says nothing of the password', async () => {
    result = [52, 'unavailable'];
    await expect(change()).rejects.toMatchObject({ code: 52 });
  });
});
