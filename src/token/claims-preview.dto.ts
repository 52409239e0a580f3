import { ApiProperty } from '@nestjs/swagger';
import { scopeValues } from '../protocol/scope.js';
import { maxClientIdLength, TextField } from '../resource/fields.js';
import { maxUsernameLength } from '../users/user-fields.js';

/** For whom tokens would be issued. */
export class ClaimsPreviewQuery {
  @TextField({ maxLength: maxUsernameLength, description: 'The id of a user, or their username' })
  user: string;

  @TextField({ maxLength: maxClientIdLength, description: 'The client_id of a client' })
  client: string;

  @TextField({
    optional: true,
    maxLength: 2_048,
    pattern: scopeValues,
    patternMeaning: 'must be scopes, separated by spaces',
    description: 'The scopes that the user would allow; all scopes of the client if omitted',
  })
  scope?: string;
}

const Contents = (description: string): PropertyDecorator =>
  ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description });

/** The claims of what would be issued. Values that differ each time, such as `jti`, are examples. */
export class ClaimsPreviewDto {
  @ApiProperty({ description: 'The scopes that would be granted', example: 'openid groups' })
  scope: string;

  @Contents('Null without the scope openid')
  id_token: object | null;

  @Contents('Null without the scope openid')
  userinfo: object | null;

  @Contents('Null if access tokens of the client are opaque')
  access_token: object | null;

  @Contents('What introspection would say of the access token about the user')
  introspection: object | null;
}
