import { generatePassword } from '../../crypto/readable-code.js';
import type { RealmAttributes } from './attributes.js';
import { passwordHashOf } from './credentials.js';
import type { RealmGroups } from './groups.js';
import type { LeftOuts } from './left-out.js';
import { type Realm, type RealmUser, isOwnRole } from './realm.js';
import type { RealmRoles } from './roles.js';

/**
 * The users of a realm. Who has no password that can be checked gets one that nobody knows.
 * @param isAdministrator whether the service has an administrator of this username, who may be somebody else
 */
export const usersOf = (
  { users = [] }: Realm,
  roles: RealmRoles,
  groups: RealmGroups,
  attributes: RealmAttributes,
  leftOuts: LeftOuts,
  isAdministrator: (username: string) => boolean,
): object[] =>
  users.flatMap((user) => {
    const { username = '', enabled = true, serviceAccountClientId } = user;
    const leaveOut = leftOuts.of('user', username);
    if (serviceAccountClientId !== undefined) {
      if ((user.realmRoles ?? []).some((role) => !isOwnRole(role)) || user.clientRoles)
        leaveOut(`is the service account of ${serviceAccountClientId}: its roles, as clients have none here`);
      return [];
    }
    if (isAdministrator(username)) {
      leaveOut('is the username of an administrator here, who may be somebody else');
      return [];
    }
    const state = enabled ? {} : { disabled: true };
    return [
      {
        username,
        ...state,
        ...profileOf(user, leaveOut),
        ...attributes.valuesOf(user, leaveOut),
        ...passwordOf(user, leaveOut),
        ...affiliations(),
      },
    ];

    function affiliations(): object {
      const given = roles.referencesOf(user);
      const names = (user.groups ?? []).flatMap((path) => groups.nameOf(path) ?? []);
      return { ...(names.length > 0 && { groups: names }), ...(given.length > 0 && { roles: given }) };
    }
  });

function profileOf(user: RealmUser, leaveOut: (reason: string) => void): object {
  const { email, emailVerified, firstName, lastName, attributes = {} } = user;
  const [language] = [attributes['locale']].flat().filter((value) => typeof value === 'string');
  const providers = (user.federatedIdentities ?? []).map(({ identityProvider }) => identityProvider);
  if (providers.length > 0) leaveOut(`its links to identity providers: ${providers.join(', ')}`);
  if (user.federationLink !== undefined) leaveOut('that it comes from a user federation');
  const fullName = [firstName, lastName].filter(Boolean).join(' ');
  return {
    ...(fullName !== '' && { name: fullName }),
    ...(firstName && { given_name: firstName }),
    ...(lastName && { family_name: lastName }),
    ...(email && { email, email_verified: emailVerified ?? false }),
    ...(language && { locale: language }),
  };
}

function passwordOf(user: RealmUser, leaveOut: (reason: string) => void): object {
  const { credentials = [], requiredActions = [] } = user;
  const password = credentials.find(({ type }) => type === 'password');
  const others = credentials.flatMap(({ type }) => (type === 'password' ? [] : (type ?? 'unknown')));
  if (others.length > 0) leaveOut(`its other credentials: ${others.join(', ')}: they are set up anew`);
  const actions = requiredActions.filter((action) => action !== 'UPDATE_PASSWORD');
  if (actions.length > 0) leaveOut(`its required actions: ${actions.join(', ')}`);
  const stored = password && passwordHashOf(password);
  if (stored && 'hash' in stored)
    return {
      password_hash: stored.hash,
      ...(requiredActions.includes('UPDATE_PASSWORD') && { password_change_required: true }),
    };
  leaveOut(
    `${stored?.reason ?? 'has no password'}: needs a new password (\`eyrie user set-password\`, or by mail)`,
  );
  return { password: generatePassword(), password_change_required: true };
}
