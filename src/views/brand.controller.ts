import { Controller, Get, Headers, NotFoundException, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Brand } from './brand.js';
import { ClientBrands } from './client-brands.js';
import { serveAsset, type StaticAsset } from './static-asset.js';

/** What an image may do if somebody opens it by itself: an SVG could hold scripts. */
const imagePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** The operator's own style sheets and images, for our pages. They are public. */
@ApiExcludeController()
@Controller()
export class BrandController {
  constructor(
    private readonly brand: Brand,
    private readonly clientBrands: ClientBrands,
  ) {}

  @Get(endpoints.brandStyleSheet)
  serveStyleSheet(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serveAsset(present(this.brand.styleSheet), ifNoneMatch, reply);
  }

  /** The colours of a client. They stand in the URL, so that no browser shows old ones. */
  @Get(endpoints.brandColors)
  serveColors(
    @Query('light') light: string | undefined,
    @Query('dark') dark: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    return serveAsset(present(this.clientBrands.styleSheet(light, dark)), ifNoneMatch, reply);
  }

  @Get(endpoints.brandLogo)
  serveLogo(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | Buffer | undefined {
    return serveImage(this.brand.logo, ifNoneMatch, reply);
  }

  @Get(endpoints.brandLogoDark)
  serveLogoDark(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | Buffer | undefined {
    return serveImage(this.brand.logoDark, ifNoneMatch, reply);
  }

  @Get(endpoints.brandIcon)
  serveIcon(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | Buffer | undefined {
    return serveImage(this.brand.icon, ifNoneMatch, reply);
  }
}

function serveImage(
  image: StaticAsset<string | Buffer> | undefined,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): string | Buffer | undefined {
  const asset = present(image);
  reply.header('content-security-policy', imagePolicy);
  return serveAsset(asset, ifNoneMatch, reply);
}

function present<Asset>(asset: Asset | undefined): Asset {
  if (asset === undefined) throw new NotFoundException();
  return asset;
}
