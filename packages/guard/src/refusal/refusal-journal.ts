import { Logger } from '@nestjs/common';
import type { HeaderResponse } from '../request/carrier.js';
import type { BearerError } from './bearer-error.js';

export interface JournalOptions {
  /** Level at which refusals are logged. */
  level: 'debug' | 'warn' | 'off';
  /** Whether the answer says as well which check failed, in `Eyrie-Explain`: in development only. */
  explain: boolean;
}

const log = new Logger('BearerGuard');

/** Tells the operator, and in development the caller, which check refused a request. Never holds a token. */
export class RefusalJournal {
  readonly #options: JournalOptions;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** @param route the handler, as `ContactsController.list` */
  record(refusal: BearerError, route: string, response: HeaderResponse | undefined): void {
    const { level, explain } = this.#options;
    if (level === 'off' && !explain) return;
    const line = `${refusal.getStatus()} ${refusal.code}, ${refusal.detail}`;
    if (level !== 'off') log[level](`${route} refused: ${line}`);
    if (explain) setHeader(response, 'Eyrie-Explain', line);
  }
}

/** Sets a header of the answer, on Express and on Fastify; without a response nothing happens. */
export function setHeader(response: HeaderResponse | undefined, name: string, value: string): void {
  if (response?.header) response.header(name, value);
  else response?.setHeader?.(name, value);
}
