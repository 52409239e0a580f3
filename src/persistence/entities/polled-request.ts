/** What every request has that its client polls until the person has decided. */
export interface PolledRequest {
  id: string;
  clientId: string;
  scope: string;
  /** What the client requested beside; null for nothing. */
  unknownScope: string | null;
  state: 'pending' | 'allowed' | 'denied';
  grantId: string | null;
  pollInterval: number;
  lastPolledAt: number | null;
  expiresAt: number;
  /** When the grant expires once the request is redeemed. Until then, the grant does not outlast the request. */
  grantExpiresAt: number | null;
  consumedAt: number | null;
}
