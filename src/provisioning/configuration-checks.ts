import { AssertionCheck } from './assertion-check.js';
import { AttributeCheck } from './attribute-check.js';
import { ClaimCheck } from './claim-check.js';
import { ClientCheck } from './client-check.js';
import { ConsentCheck } from './consent-check.js';
import { DetailTypeCheck } from './detail-type-check.js';
import { DirectoryCheck } from './directory-check.js';
import { OrganizationCheck } from './organization-check.js';
import { UpstreamCheck } from './upstream-check.js';
import { UserCheck } from './user-check.js';

/** The checks of configurations, in the order in which their problems are named. */
export const configurationChecks = [
  DetailTypeCheck,
  ClientCheck,
  DirectoryCheck,
  AttributeCheck,
  ClaimCheck,
  UserCheck,
  UpstreamCheck,
  AssertionCheck,
  OrganizationCheck,
  ConsentCheck,
] as const;
