/** Clocks of upstreams may be off by this much. */
export const toleranceSeconds = 60;

/** A logout request older than this is too old, whatever its NotOnOrAfter says: its ID is remembered for as long. */
export const maxLogoutAgeSeconds = 600;
