/** How somebody was authenticated: the claims `acr` and `amr` (OIDC Core §2). */
export interface Authentication {
  readonly acr: string;
  /** The methods (RFC 8176 §2), in the order in which they were proven. */
  readonly amr: readonly string[];
}

export const passwordAcr = 'urn:eyrie:acr:password';

/** The authentication context classes, each with the methods that it needs. The strongest stands first. */
const contextClasses: readonly { readonly acr: string; readonly methods: readonly string[] }[] = [
  { acr: passwordAcr, methods: ['pwd'] },
];

export const supportedAcrs: readonly string[] = contextClasses.map(({ acr }) => acr);

/**
 * The strongest context class that these methods reach.
 * @param methods RFC 8176 §2; a method that was proven twice counts once
 * @returns undefined if they reach none
 */
export function authenticationBy(methods: readonly string[]): Authentication | undefined {
  const amr = [...new Set(methods)];
  const reached = contextClasses.find((contextClass) =>
    contextClass.methods.every((method) => amr.includes(method)),
  );
  return reached && { acr: reached.acr, amr };
}
