import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { Interaction } from './interaction.js';

/** The clocks of replicas may differ by this much. */
const clockSkewSeconds = 30;

/** Whether this is a newer session than those that were not good enough. An older one does not count: its cookie could have been restored. */
export function hasSignedInSince(session: ActiveSession, interaction: Interaction | undefined): boolean {
  return (
    interaction?.earlierSessionHashes !== undefined &&
    !interaction.earlierSessionHashes.includes(session.tokenHash) &&
    session.authenticatedAt + clockSkewSeconds >= interaction.startedAt
  );
}
