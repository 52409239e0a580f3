import type { Command } from 'commander';
import type { NewOrganization } from '../directory/organizations/organization-fields.js';
import { wholeNumber } from './input.js';
import type { JsonOption } from './output.js';

/** The fields of an organization, as options. False is given by `--no-…`. */
export interface OrganizationOptions extends JsonOption {
  readonly displayName?: string;
  readonly description?: string;
  readonly role?: string[];
  readonly defaultRole?: string[] | false;
  readonly upstream?: string | false;
  readonly joinByDomain?: boolean;
  readonly joinByUpstream?: boolean;
  readonly requireSecondFactor?: boolean;
  readonly requireUpstream?: boolean;
  readonly maxSignInAge?: number | false;
}

/** Adds the options that create an organization. */
export const addOrganizationFields = (command: Command): Command =>
  command
    .option('--display-name <text>', 'its name as people see it')
    .option('--description <text>', 'what the organization is')
    .option('--role <name...>', 'the roles that members can have in it')
    .option('--default-role <name...>', 'the roles of members who join by signing in')
    .option('--upstream <alias>', 'the upstream at which its people sign in')
    .option('--join-by-domain', 'make members of people with an address of a verified domain')
    .option('--join-by-upstream', 'make members of people who sign in at the upstream')
    .option('--require-second-factor', 'have members prove a second factor when they act for it')
    .option('--require-upstream', 'have members sign in at the upstream when they act for it')
    .option(
      '--max-sign-in-age <seconds>',
      'the greatest age of the sign-in of members who act for it',
      wholeNumber(1),
    );

/** Adds the options that change an organization. */
export const addOrganizationChanges = (command: Command): Command =>
  addOrganizationFields(command.option('--name <name>', 'another name'))
    .option('--no-default-role', 'give members who join by signing in no roles')
    .option('--no-upstream', 'have its people sign in anywhere')
    .option('--no-join-by-domain', 'make nobody a member by their address')
    .option('--no-join-by-upstream', 'make nobody a member by a sign-in at the upstream')
    .option('--no-require-second-factor', 'ask its members for no more than others')
    .option('--no-require-upstream', 'let members sign in anywhere')
    .option('--no-max-sign-in-age', 'let members sign in at any time before');

/** The fields of the admin API that options name. */
export const organizationFields = (options: OrganizationOptions): Omit<Partial<NewOrganization>, 'name'> => ({
  display_name: options.displayName,
  description: options.description,
  roles: options.role,
  default_roles: options.defaultRole === false ? [] : options.defaultRole,
  upstream: options.upstream === false ? null : options.upstream,
  join_by_domain: options.joinByDomain,
  join_by_upstream: options.joinByUpstream,
  require_second_factor: options.requireSecondFactor,
  require_upstream: options.requireUpstream,
  max_sign_in_age: options.maxSignInAge === false ? null : options.maxSignInAge,
});
