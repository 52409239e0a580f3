import { chmodSync, closeSync, openSync } from 'node:fs';

/** The owner alone may read and write. */
const privateMode = 0o600;
/** The files of an SQLite database. SQLite gives new ones the mode of the first. */
const suffixes = ['', '-wal', '-shm', '-journal'] as const;

/** Creates the file of a database if there is none, readable by its owner alone whatever the umask is. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', privateMode));
    chmodSync(path, privateMode);
  } catch {
    // It exists, or cannot be created: then SQLite says why.
  }
}

/** Takes the files of a database away from all but their owner. Call it once SQLite has opened them: another program's file is left alone. */
export function makeFilesPrivate(path: string): void {
  for (const suffix of suffixes) {
    try {
      chmodSync(path + suffix, privateMode);
    } catch {
      // There is no such file now, or it belongs to another user.
    }
  }
}
