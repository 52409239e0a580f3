import { AccessTokensStore } from './access-tokens.store.js';
import { AnsweredInteractionsStore } from './answered-interactions.store.js';
import { AuditStore } from './audit.store.js';
import { AuthorizationCodesStore } from './authorization-codes.store.js';
import { ClientsStore } from './clients.store.js';
import { ConsentsStore } from './consents.store.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeviceCodesStore } from './device-codes.store.js';
import { GrantsStore } from './grants.store.js';
import { InitialAccessTokensStore } from './initial-access-tokens.store.js';
import { LeasesStore } from './leases.store.js';
import { PushedRequestsStore } from './pushed-requests.store.js';
import { RefreshTokensStore } from './refresh-tokens.store.js';
import { RefusalsStore } from './refusals.store.js';
import { ResourcesStore } from './resources.store.js';
import { RevocationsStore } from './revocations.store.js';
import { SessionClientsStore } from './session-clients.store.js';
import { SessionsStore } from './sessions.store.js';
import { SigningKeysStore } from './signing-keys.store.js';
import { ThrottlesStore } from './throttles.store.js';
import { UsedJtisStore } from './used-jtis.store.js';
import { UsersStore } from './users.store.js';

/** Every store, for the module. */
export const stores = [
  AccessTokensStore,
  AnsweredInteractionsStore,
  AuditStore,
  AuthorizationCodesStore,
  ClientsStore,
  ConsentsStore,
  DeliveriesStore,
  DeviceCodesStore,
  GrantsStore,
  InitialAccessTokensStore,
  LeasesStore,
  PushedRequestsStore,
  RefreshTokensStore,
  RefusalsStore,
  ResourcesStore,
  RevocationsStore,
  SessionClientsStore,
  SessionsStore,
  SigningKeysStore,
  ThrottlesStore,
  UsedJtisStore,
  UsersStore,
];
