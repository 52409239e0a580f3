import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  accessTokenFormats,
  clientAuthMethods,
  grantTypes,
  idTokenAlgorithms,
} from '../protocol/client-metadata.js';
import { assertionAlgorithms, assertionAudiences } from '../protocol/client-assertion.js';
import type { JwkSet } from '../protocol/public-jwks.js';
import type { ApplicationType } from '../protocol/redirect-uri.js';
import { requestObjectAlgorithms } from '../protocol/request-object.js';
import { responseTypes } from '../protocol/response-type.js';
import { subjectTypes } from '../protocol/sector.js';
import { scopeValues } from '../protocol/scope.js';
import { IsWebAddress, MayBeAbsent } from '../resource/field-checks.js';

/** A list of up to a hundred different texts of up to 2,048 characters. */
const IsTextList = (): PropertyDecorator => (target, property) => {
  for (const check of [
    IsArray(),
    ArrayMaxSize(100),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(2_048, { each: true }),
  ])
    check(target, property);
};

/** What stands in a certificate (RFC 8705 §2.1.2); null stands for nothing. */
const IsCertificateName = (): PropertyDecorator => (target, property) => {
  for (const check of [IsOptional(), IsString(), Length(1, 2_048)]) check(target, property);
};
const certificateName = { type: String, nullable: true, example: null, maxLength: 2_048 } as const;

/** Client metadata in the names of RFC 7591 §2: what may be chosen of a client, whether it is registered or changed. */
export class ClientMetadataDto {
  @ApiPropertyOptional({ example: 'MessageWriter', description: 'Its name on the consent page' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 255)
  client_name?: string;

  @ApiPropertyOptional({ enum: ['web', 'native'], default: 'web' })
  @MayBeAbsent()
  @IsIn(['web', 'native'])
  application_type?: ApplicationType;

  @ApiPropertyOptional({
    type: [String],
    example: ['http://127.0.0.1:4000/callback'],
    description: 'Compared character by character; the port of a loopback address is free (RFC 8252 §7.3)',
  })
  @MayBeAbsent()
  @IsTextList()
  redirect_uris?: string[];

  @ApiPropertyOptional({ type: [String], example: [] })
  @MayBeAbsent()
  @IsTextList()
  post_logout_redirect_uris?: string[];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description:
      'Where it is told, server to server and over https, that a session has ended (OIDC Back-Channel Logout)',
  })
  @IsWebAddress()
  backchannel_logout_uri?: string | null;

  @ApiPropertyOptional({ default: false, description: 'Whether it needs `sid`; it is always sent' })
  @MayBeAbsent()
  @IsBoolean()
  backchannel_logout_session_required?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description: 'Loaded in a frame of the signed-out page (OIDC Front-Channel Logout)',
  })
  @IsWebAddress()
  frontchannel_logout_uri?: string | null;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether it needs `iss` and `sid`; they are always sent',
  })
  @MayBeAbsent()
  @IsBoolean()
  frontchannel_logout_session_required?: boolean;

  @ApiPropertyOptional({ enum: grantTypes, isArray: true, default: ['authorization_code'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayUnique()
  @IsIn(grantTypes, { each: true })
  grant_types?: string[];

  @ApiPropertyOptional({
    enum: responseTypes,
    isArray: true,
    description: 'Follows from grant_types when left out',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayUnique()
  @IsIn(responseTypes, { each: true })
  response_types?: string[];

  @ApiPropertyOptional({ enum: clientAuthMethods, default: 'client_secret_basic' })
  @MayBeAbsent()
  @IsIn(clientAuthMethods)
  token_endpoint_auth_method?: string;

  @ApiPropertyOptional({
    ...certificateName,
    description: 'The subject of its certificate (RFC 4514), one of five ways to name it for tls_client_auth',
  })
  @IsCertificateName()
  tls_client_auth_subject_dn?: string | null;

  @ApiPropertyOptional({ ...certificateName, description: 'A host name that its certificate holds' })
  @IsCertificateName()
  tls_client_auth_san_dns?: string | null;

  @ApiPropertyOptional({ ...certificateName, description: 'A URI that its certificate holds' })
  @IsCertificateName()
  tls_client_auth_san_uri?: string | null;

  @ApiPropertyOptional({ ...certificateName, description: 'An IP address that its certificate holds' })
  @IsCertificateName()
  tls_client_auth_san_ip?: string | null;

  @ApiPropertyOptional({ ...certificateName, description: 'An email address that its certificate holds' })
  @IsCertificateName()
  tls_client_auth_san_email?: string | null;

  @ApiPropertyOptional({
    enum: subjectTypes,
    default: 'public',
    description:
      'pairwise: it knows users by subjects that clients of other sectors cannot compare with theirs',
  })
  @MayBeAbsent()
  @IsIn(subjectTypes)
  subject_type?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description:
      'Leads to a JSON array with its redirect_uris; clients that share it share pairwise subjects',
  })
  @IsWebAddress()
  sector_identifier_uri?: string | null;

  @ApiPropertyOptional({
    enum: Object.values(assertionAlgorithms).flat(),
    nullable: true,
    example: null,
    description: 'The one algorithm of its assertions; any that fits its method when absent',
  })
  @IsOptional()
  @IsIn(Object.values(assertionAlgorithms).flat())
  token_endpoint_auth_signing_alg?: string | null;

  @ApiPropertyOptional({
    enum: assertionAudiences,
    default: 'issuer',
    description:
      'endpoint: its assertions may name the token endpoint as their audience, not only the issuer',
  })
  @MayBeAbsent()
  @IsIn(assertionAudiences)
  assertion_audience?: string;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    example: null,
    description: 'Its public keys, a JWK Set (RFC 7517 §5)',
  })
  @IsOptional()
  @IsObject()
  jwks?: JwkSet | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description: 'Where its public keys are, instead of jwks; https, at a public address',
  })
  @IsWebAddress()
  jwks_uri?: string | null;

  @ApiPropertyOptional({
    example: 'openid profile email offline_access contacts.read',
    description: 'The scope values that it may ask for, separated by spaces',
  })
  @MayBeAbsent()
  @Matches(scopeValues, {
    message: '$property must be scope values separated by single spaces (RFC 6749 §3.3)',
  })
  @MaxLength(8_192)
  scope?: string;

  @ApiPropertyOptional({ enum: idTokenAlgorithms, default: 'RS256' })
  @MayBeAbsent()
  @IsIn(idTokenAlgorithms)
  id_token_signed_response_alg?: string;

  @ApiPropertyOptional({
    enum: idTokenAlgorithms,
    default: 'RS256',
    description: 'The algorithm of signed authorization responses (JARM), which it asks for by response_mode',
  })
  @MayBeAbsent()
  @IsIn(idTokenAlgorithms)
  authorization_signed_response_alg?: string;

  @ApiPropertyOptional({
    enum: idTokenAlgorithms,
    default: 'RS256',
    description:
      'The algorithm of signed introspection responses (RFC 9701), which it asks for by the Accept header',
  })
  @MayBeAbsent()
  @IsIn(idTokenAlgorithms)
  introspection_signed_response_alg?: string;

  @ApiPropertyOptional({
    enum: idTokenAlgorithms,
    nullable: true,
    example: null,
    description: 'The algorithm of its userinfo answers (OIDC Core §5.3.2); plain JSON when absent',
  })
  @IsOptional()
  @IsIn(idTokenAlgorithms)
  userinfo_signed_response_alg?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 0,
    example: null,
    description: 'Seconds after which a sign-in is too old for it',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  default_max_age?: number | null;

  @ApiPropertyOptional({ default: false })
  @MayBeAbsent()
  @IsBoolean()
  require_auth_time?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://example.com',
    description: 'Linked on the consent page, if it is https',
  })
  @IsWebAddress()
  client_uri?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description: 'Shown on the consent page, if it is https',
  })
  @IsWebAddress()
  logo_uri?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description: 'Linked on the consent page, if it is https',
  })
  @IsWebAddress()
  policy_uri?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uri',
    example: null,
    description: 'Linked on the consent page, if it is https',
  })
  @IsWebAddress()
  tos_uri?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['ops@example.com'] })
  @MayBeAbsent()
  @IsTextList()
  contacts?: string[];

  @ApiPropertyOptional({
    enum: accessTokenFormats,
    default: 'jwt',
    description: 'Whether its access tokens are JWTs (RFC 9068) or opaque',
  })
  @MayBeAbsent()
  @IsIn(accessTokenFormats)
  access_token_format?: string;

  @ApiPropertyOptional({ default: true, description: 'Always on for a public client' })
  @MayBeAbsent()
  @IsBoolean()
  require_pkce?: boolean;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    example: null,
    description:
      'Where its signed requests are, when they come by request_uri (EYRIE_REQUEST_URI); compared character by character, ' +
      'but one without a fragment may be used with the SHA-256 of the document as its fragment (OIDC Core §6.2)',
  })
  @IsOptional()
  @IsTextList()
  request_uris?: string[] | null;

  @ApiPropertyOptional({
    enum: requestObjectAlgorithms,
    nullable: true,
    example: null,
    description: 'The one algorithm of its signed requests (RFC 9101); any with a public key when absent',
  })
  @IsOptional()
  @IsIn(requestObjectAlgorithms)
  request_object_signing_alg?: string | null;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether its authorization requests must be signed request objects (RFC 9101)',
  })
  @MayBeAbsent()
  @IsBoolean()
  require_signed_request_object?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether its authorization requests must be pushed (RFC 9126)',
  })
  @MayBeAbsent()
  @IsBoolean()
  require_pushed_authorization_requests?: boolean;

  @ApiPropertyOptional({ default: true, description: 'Always on for a public client' })
  @MayBeAbsent()
  @IsBoolean()
  rotate_refresh_tokens?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether its access tokens must be bound to a key by DPoP (RFC 9449)',
  })
  @MayBeAbsent()
  @IsBoolean()
  dpop_bound_access_tokens?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Whether its access tokens are bound to its TLS certificate (RFC 8705); needs EYRIE_MTLS',
  })
  @MayBeAbsent()
  @IsBoolean()
  tls_client_certificate_bound_access_tokens?: boolean;

  @ApiPropertyOptional({
    type: [String],
    example: [],
    description: 'The resources that it serves: it may introspect tokens for them',
  })
  @MayBeAbsent()
  @IsTextList()
  introspects?: string[];
}
