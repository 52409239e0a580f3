/** The authentication context classes that sign-in can reach (OIDC Core §2 `acr`), and how (`amr`, RFC 8176). */
export const passwordAcr = 'urn:eyrie:acr:password';
export const passwordAmr: readonly string[] = ['pwd'];

export const supportedAcrs: readonly string[] = [passwordAcr];
