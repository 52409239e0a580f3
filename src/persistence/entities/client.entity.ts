import { Entity } from 'typeorm';
import { Count, Epoch, Flag, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';
import type { ClientMetadataColumns } from './client-metadata-columns.js';

/** A relying party: its metadata in the names of RFC 7591, in columns. The compiler demands one for each member. */
@Entity('clients')
export class Client implements ClientMetadataColumns {
  @Id() id: string;
  @Text() clientId: string;
  @Text() clientName: string;
  @Text(16) applicationType: string;
  @Json() redirectUris: string[];
  @Json() postLogoutRedirectUris: string[];
  @LongText({ nullable: true }) initiateLoginUri: string | null;
  @LongText({ nullable: true }) backchannelLogoutUri: string | null;
  @Flag() backchannelLogoutSessionRequired: boolean;
  @LongText({ nullable: true }) frontchannelLogoutUri: string | null;
  @Flag() frontchannelLogoutSessionRequired: boolean;
  @Json() grantTypes: string[];
  @Json() responseTypes: string[];
  @Json({ nullable: true }) responseModes: string[] | null;
  @OptionalText(32) eyrieProfile: string | null;
  @Text(64) tokenEndpointAuthMethod: string;
  @Json({ nullable: true }) tokenEndpointAuthMethods: string[] | null;
  /** The name of its certificate, in one of these five (RFC 8705 §2.1.2). */
  @LongText({ nullable: true }) tlsClientAuthSubjectDn: string | null;
  @LongText({ nullable: true }) tlsClientAuthSanDns: string | null;
  @LongText({ nullable: true }) tlsClientAuthSanUri: string | null;
  @LongText({ nullable: true }) tlsClientAuthSanIp: string | null;
  @LongText({ nullable: true }) tlsClientAuthSanEmail: string | null;
  @Text(16) subjectType: string;
  @LongText({ nullable: true }) sectorIdentifierUri: string | null;
  @OptionalText(16) tokenEndpointAuthSigningAlg: string | null;
  @Text(16) assertionAudience: string;
  /** A JWK Set (RFC 7517 §5). */
  @Json({ nullable: true }) jwks: object | null;
  @OptionalText(2048) jwksUri: string | null;
  @LongText() scope: string;
  @Json() authorizationDetailsTypes: string[];
  /** The claims about the person in its ID tokens: all, none or some. */
  @Json() idTokenClaims: boolean | string[];
  @Text(16) idTokenSignedResponseAlg: string;
  @Text(16) authorizationSignedResponseAlg: string;
  @Text(16) introspectionSignedResponseAlg: string;
  @OptionalText(16) userinfoSignedResponseAlg: string | null;
  @Count({ nullable: true }) defaultMaxAge: number | null;
  @Flag() requireAuthTime: boolean;
  @Json() defaultAcrValues: string[];
  @Flag() requireSecondFactor: boolean;
  @Flag() skipConsent: boolean;
  @OptionalText(2048) clientUri: string | null;
  @OptionalText(2048) logoUri: string | null;
  @OptionalText(2048) policyUri: string | null;
  @OptionalText(2048) tosUri: string | null;
  @OptionalText(7) brandColor: string | null;
  @OptionalText(7) brandColorDark: string | null;
  @LongText({ nullable: true }) brandLogoUri: string | null;
  @Json() contacts: string[];
  /** Its members in other languages, by their names: `client_name#de` (RFC 7591 §2.2). */
  @Json({ nullable: true }) translations: Record<string, string> | null;
  @Text(16) accessTokenFormat: string;
  @Flag() requirePkce: boolean;
  @Json({ nullable: true }) requestUris: string[] | null;
  @OptionalText(16) requestObjectSigningAlg: string | null;
  @Flag() requireSignedRequestObject: boolean;
  @Flag() requirePushedAuthorizationRequests: boolean;
  @Text(16, { default: 'poll' }) backchannelTokenDeliveryMode: string;
  @LongText({ nullable: true }) backchannelClientNotificationEndpoint: string | null;
  @OptionalText(16) backchannelAuthenticationRequestSigningAlg: string | null;
  @Flag() rotateRefreshTokens: boolean;
  @Flag() sessionRefreshTokens: boolean;
  @Flag() dpopBoundAccessTokens: boolean;
  @Flag() tlsClientCertificateBoundAccessTokens: boolean;
  /** Identifiers of the resources whose tokens this client may introspect. */
  @Json() introspectionResources: string[];
  /** The policy of its token exchanges: the clients whose tokens it may exchange, and for which resources. */
  @LongText({ nullable: true }) eyrieFederatedIssuer: string | null;
  @LongText({ nullable: true }) eyrieFederatedSubject: string | null;
  @Json() tokenExchangeClients: string[];
  @Json() tokenExchangeResources: string[];
  @Flag({ default: false }) eyrieAgent: boolean;
  @Count({ nullable: true }) eyrieMaxTokenTtl: number | null;
  @Json({ nullable: true }) eyrieAllowedResources: string[] | null;
  @Flag({ default: false }) eyrieRequireDpop: boolean;
  /** Of the token with which it manages its own registration (RFC 7592). */
  @OptionalText(43) registrationTokenHash: string | null;
  /** Whether it registered itself without `scope`: it may request what any client may register. `scope` is what that was then. */
  @Flag({ default: false }) scopeUnstated: boolean;
  /** When the document that describes it was last read; 0 if it was withdrawn since, null if the client is registered here. */
  @OptionalEpoch() documentFetchedAt: number | null;
  /** Grows with every change. */
  @Count({ default: 0 }) version: number;
  @OptionalEpoch() disabledAt: number | null;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
