/** The checked options of the service: `ServiceSettings`. */
export const SETTINGS = Symbol('@eyrie/guard:settings');
/** Its issuers: an `IssuerDirectory`. */
export const ISSUERS = Symbol('@eyrie/guard:issuers');
/** The metadata of the protected resource; `null` if it is not served. */
export const RESOURCE_METADATA = Symbol('@eyrie/guard:resource-metadata');
/** The guard of the whole service; `null` if it guards only what asks for it. */
export const SERVICE_GUARD = Symbol('@eyrie/guard:service-guard');
/** The protection of the controllers of one feature. */
export const FEATURE = Symbol('@eyrie/guard:feature');
/** Has no value: what keeps the handshakes of WebSockets. */
export const HANDSHAKES = Symbol('@eyrie/guard:handshakes');
