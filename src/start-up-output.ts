/** The levels of pino, which writes the other lines of the log. */
const levels = { info: 30, warn: 40, fatal: 60 } as const;

/** Lines for people; in production each is a JSON line as those of the log. */
export function formatted(lines: readonly string[], level: keyof typeof levels, production: boolean): string {
  const asJson = (msg: string): string => JSON.stringify({ level: levels[level], time: Date.now(), msg });
  return `${(production ? lines.map(asJson) : lines).join('\n')}\n`;
}
