import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { CreateUserDto, RegisterClientDto } from './interim.dto.js';

const variableName = { message: '$property must be the name of an environment variable' };

/** A protected resource: its identifier is the audience of tokens for it, its scopes stand beside the words for them. */
export class ResourceEntry {
  @IsString()
  @Length(1, 512)
  identifier: string;

  @IsString()
  @Length(1, 255)
  name: string;

  @IsObject()
  scopes: Record<string, string>;
}

/** A client, in the fields of the admin API. */
export class ClientEntry extends RegisterClientDto {
  declare client_id: string;

  /** The environment variable that holds the secret. */
  @IsOptional()
  @Matches(/^\w+$/, variableName)
  client_secret_env?: string;
}

/** A user, in the fields of the admin API. One that exists already needs no password. */
export class UserEntry extends IntersectionType(
  OmitType(CreateUserDto, ['password']),
  PartialType(PickType(CreateUserDto, ['password'])),
) {
  /** The environment variable that holds the password. */
  @IsOptional()
  @Matches(/^\w+$/, variableName)
  password_env?: string;
}

/** The whole file. */
export class ConfigurationFileDto {
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ResourceEntry)
  resources: ResourceEntry[] = [];

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ClientEntry)
  clients: ClientEntry[] = [];

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => UserEntry)
  users: UserEntry[] = [];
}
