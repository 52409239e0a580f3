import { OpaqueAccessToken } from './entities/access-token.entity.js';
import { AnsweredInteraction } from './entities/answered-interaction.entity.js';
import { AuditEvent } from './entities/audit-event.entity.js';
import { AuthorizationCode } from './entities/authorization-code.entity.js';
import { ClientSecret } from './entities/client-secret.entity.js';
import { Client } from './entities/client.entity.js';
import { Consent } from './entities/consent.entity.js';
import { Credential } from './entities/credential.entity.js';
import { Delivery } from './entities/delivery.entity.js';
import { DeviceCode } from './entities/device-code.entity.js';
import { Grant } from './entities/grant.entity.js';
import { InitialAccessToken } from './entities/initial-access-token.entity.js';
import { Lease } from './entities/lease.entity.js';
import { PushedRequest } from './entities/pushed-request.entity.js';
import { RefreshToken } from './entities/refresh-token.entity.js';
import { Refusal } from './entities/refusal.entity.js';
import { Resource } from './entities/resource.entity.js';
import { RevokedToken } from './entities/revoked-token.entity.js';
import { SessionClient } from './entities/session-client.entity.js';
import { Session } from './entities/session.entity.js';
import { SigningKey } from './entities/signing-key.entity.js';
import { Throttle } from './entities/throttle.entity.js';
import { UsedJti } from './entities/used-jti.entity.js';
import { User } from './entities/user.entity.js';

/** Every entity, for the data source. */
export const entities = [
  OpaqueAccessToken,
  AnsweredInteraction,
  AuditEvent,
  AuthorizationCode,
  ClientSecret,
  Client,
  Consent,
  Credential,
  Delivery,
  DeviceCode,
  Grant,
  InitialAccessToken,
  Lease,
  PushedRequest,
  RefreshToken,
  Refusal,
  Resource,
  RevokedToken,
  Session,
  SessionClient,
  SigningKey,
  Throttle,
  UsedJti,
  User,
];
