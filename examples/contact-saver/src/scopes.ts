/** The scopes, with their descriptions on the consent page. */
export const scopes = {
  'contacts.read': 'Read your contacts',
  'contacts.write': 'Change your contacts',
  'contacts.delete': 'Delete all of your contacts',
};
