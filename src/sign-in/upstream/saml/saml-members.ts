/** What the NameID is asked to be (SAML core §8.3). */
export const nameIdFormats = ['persistent', 'email', 'transient', 'unspecified'] as const;
export type NameIdFormat = (typeof nameIdFormats)[number];

/** How a message is carried to an identity provider (SAML bindings §3.4, §3.5). */
export const samlBindings = ['redirect', 'post'] as const;
export type SamlBinding = (typeof samlBindings)[number];

/** The members of an upstream that is an identity provider of SAML. */
export interface SamlMembers {
  readonly idp_entity_id?: string;
  /** Where requests go. */
  readonly sso_url?: string;
  readonly sso_binding?: SamlBinding;
  /** Its single logout service; none if omitted. */
  readonly slo_url?: string;
  /** Where the answers to its logout requests go, if not to the same URL. */
  readonly slo_response_url?: string;
  readonly slo_binding?: SamlBinding;
  /** The certificates with which it signs, as PEM or base64: several while it changes them. */
  readonly certificates?: readonly string[];
  readonly name_id_format?: NameIdFormat;
  /** Whether a signature over the whole response is not enough. */
  readonly want_assertions_signed?: boolean;
  readonly allow_sha1?: boolean;
  /** Whether a sign-in may begin at the provider: a response to no request. */
  readonly allow_idp_initiated?: boolean;
  /** Where such a sign-in may lead, by its RelayState; otherwise to the account. */
  readonly idp_initiated_targets?: readonly string[];
}
