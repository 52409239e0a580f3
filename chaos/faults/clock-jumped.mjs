const jumpSeconds = 1_800;
/** The server looks at the clock of the database every ten seconds. */
const lookSeconds = 11;

/** The wall clock of one machine jumps, ahead or back, and is put right again. No request may notice. */
const clockJumped = (name, seconds) => ({
  name,
  databases: ['sqlite', 'mysql', 'postgres', 'galera'],
  seconds: lookSeconds,
  isPossible: ({ wallClock }) => (wallClock ? undefined : 'libfaketime is not installed'),
  allows: () => ({}),

  async begin({ wallClock, watch, database }) {
    // On SQLite the clock of the machine is that of the database: codes, which last for a minute, expire by a jump.
    watch.codesMayExpire = database.kind === 'sqlite';
    wallClock.jump(seconds);
  },

  async end({ wallClock }) {
    wallClock.jump(0);
  },
});

export const clockAhead = clockJumped('clock-ahead', jumpSeconds);
export const clockBack = clockJumped('clock-back', -jumpSeconds);
