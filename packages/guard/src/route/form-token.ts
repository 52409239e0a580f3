import { SetMetadata } from '@nestjs/common';

const FORM_TOKEN = '@eyrie/guard:form-token';

/**
 * Also accepts the token as `access_token` in a form body (RFC 6750 §2.2), which OpenID Connect requires at userinfo, for example. On
 * all other routes, such a token is refused.
 */
export const AllowFormToken = (): ClassDecorator & MethodDecorator => SetMetadata(FORM_TOKEN, true);

/** Whether this handler, or its class, accepts a token in a form body. */
export function allowsFormToken(controller: object, handler: object): boolean {
  return Reflect.hasMetadata(FORM_TOKEN, handler) || Reflect.hasMetadata(FORM_TOKEN, controller);
}
