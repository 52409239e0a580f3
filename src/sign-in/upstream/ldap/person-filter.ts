/** Characters with a meaning of their own in filters (RFC 4515 §3), and others that do not belong into names. */
// oxlint-disable-next-line no-control-regex -- NUL must be escaped, and the other control characters may be.
const special = /[\\*()\u0000-\u001f]/g;

export const usernamePlaceholder = '{username}';

/** A value as it stands in a filter, where it is nothing but a value (RFC 4515 §3). */
export const escapeFilterValue = (value: string): string =>
  value.replace(special, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** The filter that finds a person by the name that was typed. */
export const personFilter = (template: string, username: string): string =>
  template.split(usernamePlaceholder).join(escapeFilterValue(username));
