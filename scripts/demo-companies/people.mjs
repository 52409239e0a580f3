/** The people of the companies in `npm run demo -- directory`. */

/** @typedef {{ id: string, name: string, email: string, groups: string[] }} Person */

/** @param {string} domain @param {[id: string, name: string, groups: string[]][]} people */
const at = (domain, people) =>
  people.map(([id, name, groups]) => ({ id, name, email: `${id}@${domain}`, groups }));

/** Acme signs people in by OpenID Connect. */
export const acmePeople = at('acme.example', [
  ['ada', 'Ada Acme', ['staff']],
  ['alan', 'Alan Acme', ['staff', 'board']],
]);

/** Globex signs people in by SAML 2.0. */
export const globexPeople = at('globex.example', [
  ['grace', 'Grace Globex', []],
  ['gordon', 'Gordon Globex', []],
]);

/** Initech has a directory, which Eyrie asks by LDAP. */
export const initechPeople = at('initech.example', [
  ['ida', 'Ida Initech', []],
  ['ivan', 'Ivan Initech', []],
]);
