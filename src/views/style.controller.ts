import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { readStyleSheet } from './style-sheet.js';

/** `GET /style.css`: the look of all pages. */
@ApiExcludeController()
@Controller()
export class StyleController {
  private readonly style = readStyleSheet();

  @Get('style.css')
  serve(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    reply.header('etag', this.style.etag).header('cache-control', 'public, max-age=86400');
    if (names(ifNoneMatch, this.style.etag)) {
      reply.status(304);
      return undefined;
    }
    reply.type('text/css; charset=utf-8');
    return this.style.text;
  }
}

/** RFC 9110 section 13.1.2: If-None-Match is `*` or a list of entity tags, and is compared weakly. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
