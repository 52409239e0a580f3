/** Why a server cannot serve. */
export const unreachable = 'it cannot be reached';
export const readOnly = 'it is read-only';
export const busy = 'it is busy';
export const silent = 'it does not answer within the time limit';

/** By the code of the network, whatever server it is. */
export const networkReasons: Readonly<Record<string, string>> = {
  ECONNRESET: unreachable,
  ECONNREFUSED: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
};
