import { Logger } from '@nestjs/common';
import type { HeaderResponse } from '../request/carrier.js';
import type { BearerError } from './bearer-error.js';

export interface JournalOptions {
  /** Level at which refusals are logged. */
  level: 'debug' | 'warn' | 'off';
  /** Whether the response also names the failed check, in `Eyrie-Explain`. Only for development. */
  explain: boolean;
}

const log = new Logger('BearerGuard');

/** Logs the failed check of a refused request and, in development, sends it to the client. It never contains a token. */
export class RefusalJournal {
  readonly #options: JournalOptions;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** @param route the name of the handler, such as `ContactsController.list` */
  record(refusal: BearerError, route: string, response: HeaderResponse | undefined): void {
    const { level, explain } = this.#options;
    if (level === 'off' && !explain) return;
    const line = `${refusal.getStatus()} ${refusal.code}, ${refusal.detail}`;
    if (level !== 'off') log[level](`${route} refused: ${line}`);
    if (explain) setHeader(response, 'Eyrie-Explain', line);
  }
}

/** Sets a header of the response, on Express and on Fastify. Does nothing without a response. */
export function setHeader(response: HeaderResponse | undefined, name: string, value: string): void {
  if (response?.header) response.header(name, value);
  else response?.setHeader?.(name, value);
}
