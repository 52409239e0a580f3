/** What `typ` of a JWT access token may be: that of RFC 9068 §2.1, or JWT for resource servers that know no other. */
export const accessTokenTypes = ['at+jwt', 'JWT'] as const;
/** The algorithms of JWT access tokens. The first is the fastest. */
export const accessTokenAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** The form in which a resource server accepts JWT access tokens. */
export interface AccessTokenForm {
  readonly accessTokenTyp: (typeof accessTokenTypes)[number];
  readonly accessTokenSigningAlg: (typeof accessTokenAlgorithms)[number];
}

export const defaultAccessTokenForm: AccessTokenForm = {
  accessTokenTyp: 'at+jwt',
  accessTokenSigningAlg: 'ES256',
};

/**
 * The form of a token for several resources. A setting that differs from the default comes from a server that accepts nothing else, so
 * it counts; of two such settings the first.
 */
export function sharedForm(forms: readonly AccessTokenForm[]): AccessTokenForm {
  const own = <Name extends keyof AccessTokenForm>(name: Name): AccessTokenForm[Name] =>
    forms.find((form) => form[name] !== defaultAccessTokenForm[name])?.[name] ?? defaultAccessTokenForm[name];
  return { accessTokenTyp: own('accessTokenTyp'), accessTokenSigningAlg: own('accessTokenSigningAlg') };
}
