import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { shownText } from '../../protocol/shown-text.js';
import { IsTexts } from '../../resource/field-checks.js';
import {
  type About,
  ChoiceField,
  Field,
  FlagField,
  TextField,
  WebAddressField,
} from '../../resource/fields.js';
import {
  authenticationMethods,
  existingAccountRules,
  mappedMembers,
  newAccountRules,
  type PresetName,
  presetNames,
  type Strength,
  strengths,
  type UpstreamMembers,
  upstreamProtocols,
} from './definition.js';
import { nameIdFormats, type SamlBinding, samlBindings } from './saml/saml-members.js';
import { ReadMetadataDto } from './saml/saml-metadata.dto.js';
import { maxValueLength } from './upstream-rules.js';

export const aliasPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const maxSecretLength = 1_024;

/** The secret with which this server authenticates at the upstream. */
export const UpstreamSecretField = (): PropertyDecorator =>
  TextField({
    optional: true,
    writeOnly: true,
    maxLength: maxSecretLength,
    description: 'Secret of this server at the upstream; kept sealed, and unchanged if omitted',
    example: 'a-secret-that-the-upstream-has-made',
  });

const TextsField = (maxItems: number, about: About): PropertyDecorator =>
  Field(
    { type: 'array', items: { type: 'string', minLength: 1, maxLength: 300 }, maxItems, uniqueItems: true },
    [IsTexts({ minLength: 1, maxLength: 300, maxItems })],
    { optional: true, ...about },
  );

const maxCertificateLength = 8_192;
/** With what JSON adds to it, it fits into a text of MySQL. */
const maxMetadataLength = 30_000;

const CertificatesField = (about: About): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: maxCertificateLength },
      maxItems: 5,
      uniqueItems: true,
    },
    [IsTexts({ minLength: 1, maxLength: maxCertificateLength, maxItems: 5 })],
    { optional: true, ...about },
  );

const DomainsField = (about: About): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 253 },
      maxItems: 100,
      uniqueItems: true,
    },
    [IsTexts({ minLength: 1, maxLength: 253, maxItems: 100 })],
    { optional: true, ...about },
  );

const MapField = (values: readonly string[] | undefined, about: About): PropertyDecorator =>
  Field(
    {
      type: 'object',
      additionalProperties: {
        type: 'string',
        ...(values ? { enum: [...values] } : { minLength: 1, maxLength: maxValueLength }),
      },
    },
    [IsObject()],
    { optional: true, ...about },
  );

const strengthNames = Object.keys(strengths);

/** An upstream identity provider. What is omitted is that of the preset, or the default. */
export class PutUpstreamDto implements UpstreamMembers {
  @TextField({
    maxLength: 63,
    pattern: aliasPattern,
    patternMeaning: 'must be lower-case letters, digits and hyphens',
    example: 'acme',
    description: 'Name in URLs: the redirection URI is {issuer}/upstream/{alias}/callback, and for saml /acs',
  })
  alias: string;

  @TextField({ maxLength: 255, ...shownText, example: 'Acme', description: 'Name on its button' })
  name: string;

  @ChoiceField({
    values: upstreamProtocols,
    optional: true,
    example: 'oidc',
    description: 'Protocol; that of the preset if omitted, and otherwise oidc',
  })
  protocol?: (typeof upstreamProtocols)[number];

  @ChoiceField({ values: presetNames, optional: true, example: 'keycloak', description: 'Known provider' })
  preset?: PresetName;

  @FlagField({
    optional: true,
    example: true,
    description: 'Whether people can sign in there; true if omitted',
  })
  enabled?: boolean;

  @FlagField({ optional: true, example: true, description: 'Whether the sign-in page shows a button for it' })
  shown?: boolean;

  @WebAddressField({ optional: true, example: 'https://login.example.com', description: 'Issuer identifier' })
  issuer?: string;

  @TextField({
    optional: true,
    maxLength: 255,
    example: 'eyrie',
    description:
      'client_id of this server there; for saml its entity id, if it is not the URL of its metadata',
  })
  client_id?: string;

  @UpstreamSecretField()
  client_secret?: string;

  @ChoiceField({
    values: authenticationMethods,
    optional: true,
    example: 'client_secret_basic',
    description:
      'How this server authenticates there. For private_key_jwt, the upstream reads the keys at {issuer}/jwks',
  })
  token_endpoint_auth_method?: (typeof authenticationMethods)[number];

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: 'openid profile email',
    description: 'Scopes that are asked for',
  })
  scope?: string;

  @WebAddressField({
    optional: true,
    example: 'https://login.example.com/authorize',
    description: 'For oauth2 only',
  })
  authorization_endpoint?: string;

  @WebAddressField({
    optional: true,
    example: 'https://login.example.com/token',
    description: 'For oauth2 only',
  })
  token_endpoint?: string;

  @WebAddressField({
    optional: true,
    example: 'https://login.example.com/userinfo',
    description: 'For oauth2 only: whose the access token is',
  })
  userinfo_endpoint?: string;

  @WebAddressField({
    optional: true,
    example: 'https://login.example.com/emails',
    description:
      'For oauth2 only: the addresses of the person, as a list with `email`, `primary` and `verified`',
  })
  emails_endpoint?: string;

  @FlagField({
    optional: true,
    example: false,
    description: 'For oidc: whether claims are read from the UserInfo endpoint too',
  })
  userinfo?: boolean;

  @FlagField({
    optional: true,
    example: true,
    description:
      'Whether an answer without `auth_time` is refused where a new sign-in is asked for (prompt=login, max_age)',
  })
  requires_auth_time?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description:
      'Whether a sign-out here goes on to the upstream, to end the session there too; false if omitted. For saml it needs `slo_url`, for oidc an `end_session_endpoint` in its metadata',
  })
  sign_out_there?: boolean;

  @DomainsField({
    example: ['acme.example'],
    description: 'E-mail domains of its people: they are led there by their address',
  })
  email_domains?: string[];

  @DomainsField({
    example: ['acme.example'],
    description: 'E-mail domains whose addresses it is trusted to have verified; * for all',
  })
  trusted_email_domains?: string[];

  @ChoiceField({
    values: ['claimed', 'assumed'],
    optional: true,
    example: 'claimed',
    description: 'Whether an address of a trusted domain is verified if `email_verified` is true, or always',
  })
  email_verified?: 'claimed' | 'assumed';

  @ChoiceField({
    values: existingAccountRules,
    optional: true,
    example: 'confirm',
    description:
      'Where a user has the same address, verified at both: link it; ask the person to sign in here first; or refuse',
  })
  existing_account?: (typeof existingAccountRules)[number];

  @ChoiceField({
    values: newAccountRules,
    optional: true,
    example: 'create',
    description:
      'Where nobody is known to be that person: create a user; ask the person to sign in here first; or refuse',
  })
  new_account?: (typeof newAccountRules)[number];

  @MapField(undefined, {
    example: { username: 'preferred_username', name: 'name', email: 'email' },
    description: `Claim of the upstream for each member of a user: ${mappedMembers.join(', ')}`,
  })
  claims?: Record<string, string>;

  @MapField(undefined, {
    example: { department: 'department' },
    description:
      'Claim of the upstream for each attribute of users, by its name in `/admin/attributes`; for ldap and saml, an attribute of the upstream. An attribute of the type texts takes all values, any other type takes the first. With `owns_profile`, a value that the upstream no longer sends is removed at the next sign-in or sync',
  })
  attributes?: Record<string, string>;

  @TextField({
    optional: true,
    maxLength: 255,
    example: 'sub',
    description: 'Claim that identifies a person there for good',
  })
  subject_claim?: string;

  @FlagField({
    optional: true,
    example: true,
    description:
      'Whether the members that it gives replace those stored here at each sign-in, so that people cannot change them',
  })
  owns_profile?: boolean;

  @MapField(strengthNames, { example: {}, description: 'What values of its `acr` count as here' })
  acr_map?: Record<string, Strength>;

  @MapField(strengthNames, {
    example: { mfa: 'multi-factor' },
    description: 'What values in its `amr` count as here',
  })
  amr_map?: Record<string, Strength>;

  @MapField(undefined, {
    example: {},
    description: 'Claims that people must have there to be let in, with their values',
  })
  required_claims?: Record<string, string>;

  @TextField({
    optional: true,
    maxLength: 255,
    example: 'groups',
    description: 'Claim with the groups that people have there; for ldap an attribute',
  })
  groups_claim?: string;

  @MapField(undefined, {
    example: {},
    description:
      'Name of the group here for groups there. People become members at sign-in and by the sync of directories, and cease to be with the group there',
  })
  group_map?: Record<string, string>;

  @TextsField(5, {
    example: ['ldaps://dc1.acme.example'],
    description: 'For ldap: its servers, as ldaps:// or ldap:// URLs. The first that answers is asked',
  })
  servers?: string[];

  @FlagField({
    optional: true,
    example: false,
    description: 'For ldap: whether connections to ldap:// servers are encrypted by StartTLS',
  })
  start_tls?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description: 'For ldap: whether passwords may be sent in clear text to servers that are not on loopback',
  })
  allow_plaintext?: boolean;

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: 'cn=eyrie,ou=services,dc=acme,dc=example',
    description: 'For ldap: the account that searches for people; `client_secret` is its password',
  })
  bind_dn?: string;

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: 'ou=people,dc=acme,dc=example',
    description: 'For ldap: where people are searched for',
  })
  base_dn?: string;

  @ChoiceField({
    values: ['sub', 'one'],
    optional: true,
    example: 'sub',
    description: 'For ldap: whether people are searched for in the whole subtree, or directly below the base',
  })
  user_scope?: 'sub' | 'one';

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: '(|(uid={username})(mail={username}))',
    description: 'For ldap: filter that finds a person by the name that they type, {username}',
  })
  user_filter?: string;

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: 'ou=groups,dc=acme,dc=example',
    description:
      'For ldap: where groups are searched for that name their members; `groups_claim` does not count then. Needs `group_map`',
  })
  group_search_base?: string;

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: '(member={dn})',
    description:
      'For ldap: filter that finds the groups of a person by {dn}, the distinguished name, or {username}, the value of the attribute in `claims`',
  })
  group_search_filter?: string;

  @TextField({
    optional: true,
    maxLength: 255,
    example: 'cn',
    description:
      'For ldap: attribute with the name of a group in `group_map`; the distinguished name if omitted',
  })
  group_name_attribute?: string;

  @FlagField({
    optional: true,
    example: false,
    description: 'For ldap: whether groups within groups are followed, up to ten levels',
  })
  nested_groups?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description: 'For ldap: whether the primary group of Active Directory (`primaryGroupID`) counts too',
  })
  primary_group?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description:
      'For ldap: whether people can change their password of the directory on the pages of their account, and at sign-in if they must. Needs TLS to all servers',
  })
  password_change?: boolean;

  @WebAddressField({
    optional: true,
    example: 'https://idp.acme.example/metadata',
    description:
      'For saml: where its metadata are. Entity id, URLs, bindings and certificates are read from them now, and need not be given; those that are given count instead',
  })
  metadata_url?: string;

  @TextField({
    optional: true,
    maxLength: maxMetadataLength,
    example:
      '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="…">…</EntityDescriptor>',
    description: 'For saml: its metadata themselves, in place of `metadata_url`',
  })
  metadata?: string;

  @FlagField({
    optional: true,
    example: false,
    description:
      'For saml: whether the metadata are read again once a day, and URLs and certificates that have changed there are taken over; false if omitted',
  })
  metadata_refresh?: boolean;

  @TextField({
    optional: true,
    maxLength: 300,
    ...shownText,
    example: 'Change it at https://password.acme.example, or call 1234.',
    description:
      'For ldap: what people read whose password must be changed, or who want to change it, and cannot do it here',
  })
  password_help?: string;

  @TextField({
    optional: true,
    maxLength: 1_024,
    example: 'https://idp.acme.example/metadata',
    description: 'For saml: its entity id',
  })
  idp_entity_id?: string;

  @WebAddressField({
    optional: true,
    example: 'https://idp.acme.example/sso',
    description: 'For saml: where people are sent to sign in',
  })
  sso_url?: string;

  @ChoiceField({
    values: samlBindings,
    optional: true,
    example: 'redirect',
    description: 'For saml: how requests go to `sso_url`, HTTP-Redirect or HTTP-POST; redirect if omitted',
  })
  sso_binding?: SamlBinding;

  @WebAddressField({
    optional: true,
    example: 'https://idp.acme.example/slo',
    description:
      'For saml: its single logout service. Its logout requests are accepted only if there is one, since each is answered',
  })
  slo_url?: string;

  @WebAddressField({
    optional: true,
    example: 'https://idp.acme.example/slo/response',
    description: 'For saml: where its logout requests are answered, if not at `slo_url`',
  })
  slo_response_url?: string;

  @ChoiceField({
    values: samlBindings,
    optional: true,
    example: 'redirect',
    description: 'For saml: how logout messages go there, HTTP-Redirect or HTTP-POST; redirect if omitted',
  })
  slo_binding?: SamlBinding;

  @CertificatesField({
    example: ['MIIC…'],
    description:
      'For saml: the certificates with which it signs, as PEM or base64; several while it changes them. One that has expired does not count',
  })
  certificates?: string[];

  @ChoiceField({
    values: nameIdFormats,
    optional: true,
    example: 'persistent',
    description: 'For saml: the form of NameID that is asked for; persistent if omitted',
  })
  name_id_format?: (typeof nameIdFormats)[number];

  @FlagField({
    optional: true,
    example: true,
    description:
      'For saml: whether the assertion itself must be signed, not just the response around it; true if omitted',
  })
  want_assertions_signed?: boolean;

  @FlagField({ optional: true, example: false, description: 'For saml: whether signatures with SHA-1 count' })
  allow_sha1?: boolean;

  @FlagField({
    optional: true,
    example: false,
    description:
      'For saml: whether a sign-in may begin at the provider, with a response to no request. Somebody else can then have a browser signed in to their own account',
  })
  allow_idp_initiated?: boolean;

  @TextsField(20, {
    example: ['https://app.example.com/start'],
    description:
      'For saml: URLs to which a sign-in that began at the provider may lead. Its RelayState must be one of them as a whole; any other leads to the account',
  })
  idp_initiated_targets?: string[];
}

/** A registered upstream, with what follows from its preset and the defaults. */
export class UpstreamDto extends PutUpstreamDto {
  @ApiProperty({ enum: upstreamProtocols })
  declare protocol: (typeof upstreamProtocols)[number];

  @ApiProperty()
  declare enabled: boolean;

  @ApiProperty({ description: 'Whether a secret is stored' })
  has_secret: boolean;

  @ApiProperty({ format: 'uri', example: 'https://id.example.com/upstream/acme/callback' })
  redirect_uri: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://id.example.com/upstream/acme/backchannel-logout',
    description:
      'For oidc: the back-channel logout URI of this server, to be registered there. The end of a session there then ends the sessions here that came from it',
  })
  backchannel_logout_uri?: string;

  @ApiPropertyOptional({ type: ReadMetadataDto, description: 'For saml: what was read in its metadata' })
  metadata_read?: ReadMetadataDto;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://id.example.com/upstream/acme/slo',
    description:
      'For saml: the single logout service of this server, which its metadata name. The end of a session there then ends the sessions here that came from it',
  })
  single_logout_uri?: string;

  @ApiPropertyOptional({
    format: 'uri',
    example: 'https://id.example.com/upstream/acme/signed-out',
    description:
      'For oidc: the post-logout redirection URI of this server, to be registered there for `sign_out_there`',
  })
  post_logout_redirect_uri?: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class UpstreamListDto {
  @ApiProperty({ type: [UpstreamDto] })
  items: UpstreamDto[];
}
