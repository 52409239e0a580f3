/** What the NameID is asked to be (SAML core §8.3). */
export const nameIdFormats = ['persistent', 'email', 'transient', 'unspecified'] as const;
export type NameIdFormat = (typeof nameIdFormats)[number];

/** How a message is carried to an identity provider (SAML bindings §3.4, §3.5). */
export const samlBindings = ['redirect', 'post'] as const;
export type SamlBinding = (typeof samlBindings)[number];

/** The members of an upstream that is an identity provider of SAML. */
export interface SamlMembers {
  /** Where its metadata are: what they say need not be given. */
  readonly metadata_url?: string;
  /** Its metadata themselves. */
  readonly metadata?: string;
  /** Whether the metadata are read again once a day, and what has changed in them is taken over. */
  readonly metadata_refresh?: boolean;
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

/** Where a service of a provider is, by binding. */
export type ServiceLocations = {
  readonly [Binding in SamlBinding]?: {
    readonly url: string;
    /** Where answers to its requests go, if not to the same URL. */
    readonly responseUrl?: string;
  };
};

/** What the metadata of a provider say of it. */
export interface IdpMetadata {
  readonly entityId: string;
  readonly sso: ServiceLocations;
  readonly slo: ServiceLocations;
  /** As base64. */
  readonly certificates: readonly string[];
  /** Until when they count, in seconds since the epoch. */
  readonly validUntil?: number | undefined;
}

/** Metadata that were read. */
export interface ReadMetadata extends IdpMetadata {
  /** Where they came from; undefined if the operator gave them. */
  readonly url?: string | undefined;
  /** Seconds since the epoch. */
  readonly readAt: number;
}
