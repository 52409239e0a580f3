import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import {
  readIcon,
  readPasskeyScript,
  readStyleSheet,
  readSwaggerSignIn,
  type StaticAsset,
} from './static-asset.js';

/** `GET /style.css`, `GET /icon.svg` and `GET /passkeys.js`, for our pages; `GET /docs/sign-in.js`, for Swagger UI. */
@ApiExcludeController()
@Controller()
export class StyleController {
  private readonly styleSheet = readStyleSheet();
  private readonly icon = readIcon();
  private readonly passkeyScript = readPasskeyScript();
  private readonly swaggerSignIn = readSwaggerSignIn();

  @Get('style.css')
  serveStyleSheet(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serve(this.styleSheet, 'text/css; charset=utf-8', ifNoneMatch, reply);
  }

  @Get('icon.svg')
  serveIcon(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serve(this.icon, 'image/svg+xml', ifNoneMatch, reply);
  }

  @Get('passkeys.js')
  servePasskeyScript(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serve(this.passkeyScript, 'text/javascript; charset=utf-8', ifNoneMatch, reply);
  }

  @Get(endpoints.docsSignIn)
  serveSwaggerSignIn(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serve(this.swaggerSignIn, 'text/javascript; charset=utf-8', ifNoneMatch, reply);
  }
}

function serve(
  asset: StaticAsset,
  type: string,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): string | undefined {
  reply.header('etag', asset.etag).header('cache-control', 'public, max-age=86400');
  if (names(ifNoneMatch, asset.etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type(type);
  return asset.text;
}

/** RFC 9110 section 13.1.2: If-None-Match is `*` or a list of entity tags, and is compared weakly. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
