import type { Command } from 'commander';
import { generatePassword } from '../crypto/readable-code.js';
import type { User } from '../persistence/entities/user.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { CreateUserDto, toUserDto, UpdateUserDto } from '../users/users.dto.js';
import { FactorRemoval } from '../users/factor-removal.js';
import { partialRolesOf } from '../resource/rights.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserDeletion } from '../users/user-deletion.js';
import { UserPasswords } from '../users/user-passwords.js';
import { everyPage } from '../persistence/page.js';
import { checked, readSecret } from './input.js';
import { type JsonOption, printOne, printResult, printRows, type Row, time } from './output.js';
import { actor, findUser, withService } from './service.js';
import { addUserFileCommands } from './user-files.js';
import { profileHelp, readProfile } from './user-members.js';

interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly requireChange?: boolean;
  readonly json?: boolean;
}

interface SetPasswordOptions extends PasswordOptions {
  readonly keepGrants?: boolean;
}

interface CreateOptions extends PasswordOptions {
  readonly name?: string;
  readonly email?: string;
  readonly administrator?: boolean;
}

/** `eyrie user …` */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('manage resource owners and administrators');

  user
    .command('create <username>')
    .description('create a user; without --password-stdin, a password is generated and shown once')
    .option('--name <name>', 'full name')
    .option('--email <address>', 'e-mail address')
    .option('--administrator', 'allow the user to use the admin API')
    .option('--password-stdin', 'read the password from standard input')
    .option('--require-change', 'have the user choose another password at the first sign-in')
    .option('--json', 'print JSON')
    .action(create);

  user
    .command('list')
    .description('list users, oldest first')
    .option('--search <text>', 'only those whose username, name or e-mail address contains this text')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean; search?: string }) =>
      withService(async (service) => {
        const store = service.get(UsersStore);
        const users = await everyPage((page) => store.list({ ...page, search: options.search }));
        printRows(users.map(toRow), options);
      }),
    );

  user
    .command('show <username>')
    .description('show the profile of a user')
    .option('--json', 'print JSON')
    .action((username: string, options: JsonOption) =>
      withService(async (service) => printOne(toUserDto(await findUser(service, username)), options)),
    );

  user
    .command('update <username>')
    .description('change members of the profile; the others stay unchanged')
    .requiredOption('--set <member=value...>', 'any member of the profile, or administrator (see below)')
    .option('--json', 'print JSON')
    .addHelpText('after', profileHelp())
    .action(update);

  user
    .command('disable <username>')
    .description('refuse sign-in, and end all sessions and grants')
    .option('--json', 'print JSON')
    .action((username: string, options: JsonOption) => setDisabled(username, true, options));
  user
    .command('enable <username>')
    .description('allow sign-in again')
    .option('--json', 'print JSON')
    .action((username: string, options: JsonOption) => setDisabled(username, false, options));

  user
    .command('rename <username> <new-username>')
    .description('give a user another name to sign in with; sessions and grants stay')
    .option('--json', 'print JSON')
    .action(rename);
  user
    .command('delete <username>')
    .description('delete a user, and end all sessions and grants; the audit trail keeps its events')
    .option('--json', 'print JSON')
    .action(deleteUser);

  addUserFileCommands(user);

  user
    .command('reset-factors <username>')
    .description('remove the second factors of a user who has lost them; end all sessions')
    .option('--json', 'print JSON')
    .action((username: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findUser(service, username);
        await service.get(FactorRemoval).reset(id, actor);
        printResult(`The second factors of ${username} were removed.`, { user_id: id }, options);
      }),
    );

  user
    .command('set-password <username>')
    .description(
      'set a password, and end all sessions and grants; without --password-stdin, a password is generated and shown once',
    )
    .option('--password-stdin', 'read the password from standard input')
    .option('--require-change', 'have the user choose another password at the next sign-in')
    .option('--keep-grants', 'let clients with offline access keep it')
    .option('--json', 'print JSON')
    .action(setPassword);
}

async function create(username: string, options: CreateOptions): Promise<void> {
  const { passwordStdin, requireChange, name, email, administrator } = options;
  const password = passwordStdin ? await readSecret() : generatePassword();
  const user = await checked(CreateUserDto, {
    username,
    password,
    name,
    email,
    administrator,
    password_change_required: requireChange,
  });
  await withService(async (service) => {
    const { id } = await service.get(UserAccounts).create(user, actor, { isGenerated: !passwordStdin });
    printOne({ id, username, ...(passwordStdin ? {} : { password }) }, options);
  });
}

async function update(username: string, options: JsonOption & { set: string[] }): Promise<void> {
  const changes = await checked(UpdateUserDto, readProfile(options.set));
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    const user = await service.get(UserAccounts).update(id, changes, actor);
    printResult(`${username} is updated`, toUserDto(user), options);
  });
}

async function setPassword(username: string, options: SetPasswordOptions): Promise<void> {
  const password = options.passwordStdin ? await readSecret() : generatePassword();
  await checked(CreateUserDto, { username, password });
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    await service.get(UserPasswords).set(id, password, actor, {
      keepGrants: options.keepGrants,
      changeRequired: options.requireChange,
      isGenerated: !options.passwordStdin,
    });
    printOne({ id, username, ...(options.passwordStdin ? {} : { password }) }, options);
  });
}

async function setDisabled(username: string, disabled: boolean, options: JsonOption): Promise<void> {
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    await service.get(UserAccounts).update(id, { disabled }, actor);
    printResult(`${username} is ${disabled ? 'disabled' : 'enabled'}`, { id, username, disabled }, options);
  });
}

async function rename(username: string, newUsername: string, options: JsonOption): Promise<void> {
  const changes = await checked(UpdateUserDto, { username: newUsername });
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    const user = await service.get(UserAccounts).update(id, changes, actor);
    printResult(`${username} is ${newUsername} now`, toUserDto(user), options);
  });
}

async function deleteUser(username: string, options: JsonOption): Promise<void> {
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    await service.get(UserDeletion).delete(id, actor);
    printResult(`${username} is deleted`, { username, deleted: true }, options);
  });
}

function toRow(user: User): Row {
  return {
    username: user.username,
    name: user.name,
    email: user.email,
    administrator: user.administrator,
    roles: partialRolesOf(user).join(' '),
    disabled: user.disabledAt !== null,
    created: time(user.createdAt),
    id: user.id,
  };
}
