import { SetMetadata } from '@nestjs/common';

const FORM_TOKEN = '@eyrie/guard:form-token';

/**
 * Accepts the token as `access_token` of a form body as well (RFC 6750 §2.2), which specifications such as
 * OpenID Connect's userinfo ask for. Everywhere else it is refused.
 */
export const AllowFormToken = (): ClassDecorator & MethodDecorator => SetMetadata(FORM_TOKEN, true);

/** Whether this handler, or its class, accepts a token in a form body. */
export function allowsFormToken(controller: object, handler: object): boolean {
  return Reflect.hasMetadata(FORM_TOKEN, handler) || Reflect.hasMetadata(FORM_TOKEN, controller);
}
