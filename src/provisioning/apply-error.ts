import type { HttpException } from '@nestjs/common';
import { SettingError } from '../config/setting-error.js';
import { exceptionMessage } from '../http/exception-message.js';
import type { AppliedItem } from './configured-kind.js';

/** An entry was refused while a configuration was applied, and the transaction with all others was taken back. */
export class ApplyError extends SettingError {
  constructor(kind: AppliedItem['kind'], name: string, cause: HttpException) {
    super(`${kind} ${name}: ${exceptionMessage(cause)}; nothing was changed`);
    this.name = 'ApplyError';
    this.cause = cause;
  }
}
