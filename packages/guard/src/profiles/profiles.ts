import { auth0 } from './auth0.js';
import { cognito } from './cognito.js';
import { entra } from './entra.js';
import { jwt } from './jwt.js';
import { keycloak } from './keycloak.js';
import { okta } from './okta.js';
import { rfc9068 } from './rfc9068.js';

/** The profiles by the names that the option `profile` takes. */
export const profiles = { rfc9068, keycloak, entra, auth0, okta, cognito, jwt };

export type ProfileName = keyof typeof profiles;
