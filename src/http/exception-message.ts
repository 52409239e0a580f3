import type { HttpException } from '@nestjs/common';

/** All messages of a service's error on one line: a `BadRequestException` carries one for each wrong field. */
export function exceptionMessage(error: HttpException): string {
  const response = error.getResponse();
  const message = typeof response === 'object' && 'message' in response ? response.message : error.message;
  return Array.isArray(message) ? message.join('; ') : String(message);
}
