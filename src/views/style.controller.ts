import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import {
  readIcon,
  readPasskeyScript,
  readStyleSheet,
  readSwaggerSignIn,
  serveAsset,
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
    return serveAsset(this.styleSheet, ifNoneMatch, reply);
  }

  @Get('icon.svg')
  serveIcon(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serveAsset(this.icon, ifNoneMatch, reply);
  }

  @Get('passkeys.js')
  servePasskeyScript(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serveAsset(this.passkeyScript, ifNoneMatch, reply);
  }

  @Get(endpoints.docsSignIn)
  serveSwaggerSignIn(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serveAsset(this.swaggerSignIn, ifNoneMatch, reply);
  }
}
