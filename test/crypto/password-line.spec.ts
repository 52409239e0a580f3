import { BusyError } from '../../src/crypto/busy-error.js';
import { PasswordHasher } from '../../src/crypto/password.js';

describe('The line for password hashes', () => {
  it('work that nobody wants any more when its turn comes is dropped, what stands behind it is done', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash('correct horse battery');
    let wanted = true;
    const running = [hasher.compare(stored, 'one'), hasher.compare(stored, 'two')];
    const gone = hasher.compare(stored, 'correct horse battery', () => wanted);
    const behind = hasher.compare(stored, 'correct horse battery');
    wanted = false;

    await expect(gone).rejects.toThrow(BusyError);
    expect(await Promise.all([...running, behind])).toEqual(['wrong', 'wrong', 'current']);
  });

  it('has an end: what comes then is refused at once with a time to wait', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash('correct horse battery');
    let wanted = true;
    // Two at work, five hundred in line.
    const inLine = Array.from({ length: 502 }, () => hasher.compare(stored, 'x', () => wanted));
    const outcomes = Promise.allSettled(inLine);

    await expect(hasher.hash('one too many')).rejects.toMatchObject({ retryAfterSeconds: 5, status: 503 });
    wanted = false;
    const done = (await outcomes).filter(({ status }) => status === 'fulfilled');
    expect(done.length).toBeLessThan(10);
  });
});
