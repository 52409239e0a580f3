import { BadRequestException } from '@nestjs/common';
import { profileColumns } from '../directory/profile-claims.js';

const flags: readonly string[] = ['administrator', 'email_verified', 'phone_number_verified'];
const members: readonly string[] = [...Object.keys(profileColumns), 'administrator', 'admin_roles'];

/**
 * Reads members of a user's profile from `member=value`: flags are `true` or `false`, roles are separated by commas, an address is a JSON
 * object, and `null` removes a value. Whether the member accepts the value is checked elsewhere.
 * @throws BadRequestException naming each member that cannot be read or is given twice
 */
export function readProfile(texts: readonly string[]): Record<string, unknown> {
  const profile: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const text of texts) {
    const [, name = text, written] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!members.includes(name)) problems.push(`${name} is not a member of a user's profile`);
    else if (written === undefined) problems.push(`${name} needs a value: write member=value`);
    else if (Object.hasOwn(profile, name)) problems.push(`${name} is given twice`);
    else profile[name] = valueOf(name, written);
  }
  if (problems.length > 0) throw new BadRequestException(problems);
  return profile;
}

/** The members that `--set` accepts, for the help of a command. */
export function profileHelp(): string {
  return `\nMembers for --set (flags are true or false, admin_roles are separated by commas, address is a JSON object, "null" removes a value):\n  ${members.join('\n  ')}`;
}

function valueOf(name: string, written: string): unknown {
  if (written === 'null') return null;
  if (flags.includes(name) && /^(?:true|false)$/.test(written)) return written === 'true';
  if (name === 'admin_roles') return written.split(',').filter((role) => role !== '');
  if (name !== 'address') return written;
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}
