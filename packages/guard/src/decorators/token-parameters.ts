import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { carrierOf } from '../request/transports/transports.js';
import { routePolicy } from '../route/route-policy.js';
import type { AccessToken } from '../token/access-token.js';
import { claimAt } from '../token/claim-path.js';

/**
 * The verified access token, as a parameter of a guarded handler. With `@OptionalBearer()`, it is `undefined` if the request has none.
 *
 * @throws {Error} if no BearerGuard guards the route; this is a mistake in the service, so the response is 500
 * @example
 * ```ts
 * list(@Token() token: AccessToken) { return this.contacts.of(token.subject); }
 * ```
 */
export const Token = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  tokenOf('@Token()', context),
);

/**
 * The subject of the verified access token: the resource owner, or the client if it acts on its own behalf. With several issuers, it
 * is unique only together with the token's `issuer`. With `@OptionalBearer()`, it is `undefined` if the request has no token.
 *
 * @throws {Error} as {@link Token}
 */
export const Subject = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => tokenOf('@Subject()', context)?.subject,
);

/**
 * What the option `user` has made of the token. With `@OptionalBearer()`, it is `undefined` if the request has no token.
 *
 * @throws {Error} as {@link Token}, or if there is no such option
 * @example
 * ```ts
 * list(@User() user: Person) { return this.contacts.of(user); }
 * ```
 */
export const User = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
  if (tokenOf('@User()', context) === undefined) return undefined;
  const { holder } = carrierOf(context);
  if ('user' in holder) return holder.user;
  throw new Error(`@User() in ${nameOf(context)}: BearerModule has no option user`);
});

const claimParameter = createParamDecorator((path: string, context: ExecutionContext): unknown => {
  const token = tokenOf('@Claim()', context);
  return token && claimAt(token.claims, path);
});

/**
 * A claim of the verified access token; `undefined` if the token has no such claim.
 *
 * @param path its name; a dot means a member of an object, unless a claim has the whole name: `address.country`
 * @throws {TypeError} if the path is empty; at a request, as {@link Token}
 * @example
 * ```ts
 * list(@Claim('tenant') tenant: string) { return this.contacts.of(tenant); }
 * ```
 */
export function Claim(path: string, ...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator {
  if (typeof path !== 'string' || path === '') throw new TypeError('@Claim() needs the name of a claim');
  return claimParameter(path, ...pipes);
}

function tokenOf(decorator: string, context: ExecutionContext): AccessToken | undefined {
  const token = carrierOf(context).holder.accessToken;
  if (token !== undefined) return token;
  const { access } = routePolicy(context.getClass(), context.getHandler());
  if (access === 'optional') return undefined;
  const reason =
    access === 'public'
      ? 'the route is @Public(), so no token is read: @OptionalBearer() reads it'
      : 'no BearerGuard on this route';
  throw new Error(`${decorator} in ${nameOf(context)}: ${reason}`);
}

function nameOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}
