import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessToken } from '../token/access-token.js';
import { verifiedToken } from '../request/carrier.js';

/**
 * The verified access token, as a parameter of a guarded handler.
 *
 * @throws {Error} if no BearerGuard guards the route; this is a mistake in the service, so the response is 500
 * @example
 * ```ts
 * list(@Token() token: AccessToken) { return this.contacts.of(token.subject); }
 * ```
 */
export const Token = createParamDecorator((_data: unknown, context: ExecutionContext): AccessToken =>
  guarded('@Token()', context),
);

/**
 * The subject of the verified access token: the resource owner, or the client if it acts on its own behalf. With several issuers, it
 * is unique only together with the token's `issuer`.
 *
 * @throws {Error} as {@link Token}
 */
export const Subject = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string => guarded('@Subject()', context).subject,
);

function guarded(decorator: string, context: ExecutionContext): AccessToken {
  const token = verifiedToken(context);
  if (token === undefined) {
    throw new Error(
      `${decorator} in ${context.getClass().name}.${context.getHandler().name}: no BearerGuard on this route`,
    );
  }
  return token;
}
