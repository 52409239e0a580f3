/** A failure told to the user in a few words, with its remedy, and without a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {string} [code] npm's code, such as `EUSAGE`
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

// In this order: a failed download of a prebuilt add-on is no harm, so the compiler is asked about first.
const knownReasons = [
  [
    /not found: make|make: not found|spawn make ENOENT|(g\+\+|c\+\+|gcc|cc): (command )?not found|No such file or directory.*(g\+\+|c\+\+)/i,
    'better-sqlite3 must be compiled and no C++ compiler is here: install one (Debian, Ubuntu: `apt-get install g++ make python3`; macOS: `xcode-select --install`)',
  ],
  [
    /find Python|Could not find any Python/i,
    'better-sqlite3 must be compiled and Python 3 is not here: install it (Debian, Ubuntu: `apt-get install python3`)',
  ],
  [/node-gyp|gyp ERR/i, 'better-sqlite3 could not be compiled'],
  [/\bENOSPC\b/, 'The disk is full: make room'],
  [
    /\b(EACCES|EPERM|EROFS)\b/,
    'This user may not write to node_modules or to the cache of npm: run as the owner of both',
  ],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/,
    'The npm registry cannot be reached: check the network, or the settings `registry` and `proxy` of npm',
  ],
];

/**
 * The reason why npm failed, in one line, with the place of the full output.
 *
 * @param {string} command for example `npm ci`
 * @param {string} output what npm printed
 * @param {string} log the file that holds this output
 */
export function problemOfInstallation(command, output, log) {
  const known = knownReasons.find(([pattern]) => pattern.test(output));
  const reason = known ? known[1] : `${command} failed: ${firstError(output)}`;
  return new Problem(`${reason} (all that npm said: ${log})`, /^npm error code (\w+)/m.exec(output)?.[1]);
}

function firstError(output) {
  const lines = output.split('\n').filter((line) => line.startsWith('npm error') && !line.includes(' code '));
  return lines[0]?.replace(/^npm error\s*/, '') ?? 'it gave no reason';
}
