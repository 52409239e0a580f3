import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsArray, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { ClientSecretField, IdentifiedClientDto } from '../clients/clients.dto.js';
import { PutResourceDto } from '../resource/resources.dto.js';
import { PutUpstreamDto } from '../sign-in/upstream/upstreams.dto.js';
import { CreateUserDto } from '../users/users.dto.js';

/** The name of an environment variable; optional. */
const IsVariableName = (): PropertyDecorator => (target, property) => {
  ValidateIf((_object, value) => value !== undefined)(target, property);
  Matches(/^\w+$/, { message: '$property must be the name of an environment variable' })(target, property);
};

/** A list of entries; a missing section is an empty list. */
const IsSection =
  (entry: new () => object): PropertyDecorator =>
  (target, property) => {
    Transform(({ value }: { value: unknown }) => value ?? [])(target, property);
    IsArray()(target, property);
    ValidateNested({ each: true })(target, property);
    Type(() => entry)(target, property);
  };

/** A protected resource, with the fields of the admin API. */
export class ResourceEntry extends PutResourceDto {}

/** A client, with the fields of the admin API. */
export class ClientEntry extends IdentifiedClientDto {
  /** A short one may stay if its client has it. A new one is refused later. */
  @ClientSecretField(1)
  client_secret?: string;

  /** The environment variable that holds its secret. */
  @IsVariableName()
  client_secret_env?: string;
}

/** A user, with the fields of the admin API. An existing user needs no password. */
export class UserEntry extends IntersectionType(
  OmitType(CreateUserDto, ['password']),
  PartialType(PickType(CreateUserDto, ['password']), { skipNullProperties: false }),
) {
  /** The environment variable that holds the password. */
  @IsVariableName()
  password_env?: string;
}

/** An upstream identity provider, with the fields of the admin API. Its secret is that of the file, whenever the file is applied. */
export class UpstreamEntry extends PutUpstreamDto {
  /** The environment variable that holds its secret. */
  @IsVariableName()
  client_secret_env?: string;
}

/** The whole file. */
export class ConfigurationFileDto {
  @IsSection(ResourceEntry)
  resources: ResourceEntry[] = [];

  @IsSection(ClientEntry)
  clients: ClientEntry[] = [];

  @IsSection(UserEntry)
  users: UserEntry[] = [];

  @IsSection(UpstreamEntry)
  upstreams: UpstreamEntry[] = [];
}
