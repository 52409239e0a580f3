import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

const metadataKey = 'eyrie:media-types';

/** The media types of bodies of an operation. One that is not called here has no body, and ignores what is sent. */
export const Takes = (mediaTypes: readonly string[]): MethodDecorator => SetMetadata(metadataKey, mediaTypes);

/** Refuses a body of another media type than those of the operation: a form is no JSON, and SCIM has a media type of its own. */
@Injectable()
export class DeclaredBodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws UnsupportedMediaTypeException */
  canActivate(context: ExecutionContext): boolean {
    const taken = this.reflector.get<readonly string[] | undefined>(metadataKey, context.getHandler());
    const { 'content-type': header } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const sent = header?.split(';', 1)[0]?.trim().toLowerCase();
    if (taken !== undefined && sent !== undefined && !taken.includes(sent))
      throw new UnsupportedMediaTypeException(`the body must be ${taken.join(' or ')}`);
    return true;
  }
}
