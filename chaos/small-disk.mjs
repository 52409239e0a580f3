import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

const megabytes = 600;
const block = Buffer.alloc(65_536);

/** A file system in memory, which can be filled. Only root may mount one. */
export class SmallDisk {
  constructor(path) {
    this.path = path;
    this.filler = join(path, 'filler');
  }

  /** @returns {Promise<SmallDisk | undefined>} undefined if this machine does not permit it */
  static async mount(folder) {
    const path = join(folder, 'disk');
    await mkdir(path);
    const { status } = spawnSync('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${megabytes}m,mode=1777`,
      'tmpfs',
      path,
    ]);
    if (status === 0) return new SmallDisk(path);
    await rmdir(path);
    return undefined;
  }

  /** Leaves nothing free. */
  async fill() {
    const filler = createWriteStream(this.filler, { flags: 'a' });
    const isFull = finished(filler).catch((error) => {
      if (error.code !== 'ENOSPC') throw error;
    });
    const { bavail, bsize } = await statfs(this.path);
    for (let left = bavail * bsize + block.length; left > 0 && !filler.destroyed; left -= block.length)
      if (!filler.write(block))
        await Promise.race([isFull, new Promise((resolve) => filler.once('drain', resolve))]);
    filler.end();
    await isFull;
  }

  async free() {
    await rm(this.filler, { force: true });
  }

  unmount() {
    spawnSync('umount', ['--lazy', this.path]);
  }
}
