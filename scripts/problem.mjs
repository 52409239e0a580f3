/** An error that is shown to the user in a few words, with its remedy and without a stack trace. */
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

// The order matters: if the download of a prebuilt add-on fails, it is compiled, so errors of the compiler come first.
const knownReasons = [
  [
    /not found: make|make: not found|spawn make ENOENT|(g\+\+|c\+\+|gcc|cc): (command )?not found|No such file or directory.*(g\+\+|c\+\+)/i,
    'better-sqlite3 must be compiled, and there is no C++ compiler: install one (Debian, Ubuntu: `apt-get install g++ make python3`; macOS: `xcode-select --install`)',
  ],
  [
    /find Python|Could not find any Python/i,
    'better-sqlite3 must be compiled, and there is no Python 3: install it (Debian, Ubuntu: `apt-get install python3`)',
  ],
  [/node-gyp|gyp ERR/i, 'better-sqlite3 could not be compiled'],
  [/\bENOSPC\b/, 'The disk is full: free some space'],
  [
    /\b(EACCES|EPERM|EROFS)\b/,
    'This user may not write to node_modules or to the cache of npm: run the command as the owner of both',
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
  return new Problem(`${reason} (full output: ${log})`, /^npm error code (\w+)/m.exec(output)?.[1]);
}

function firstError(output) {
  const lines = output.split('\n').filter((line) => line.startsWith('npm error') && !line.includes(' code '));
  return lines[0]?.replace(/^npm error\s*/, '') ?? 'npm gave no reason';
}
