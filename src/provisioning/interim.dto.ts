import { IsArray, IsBoolean, IsIn, IsOptional, IsString, Length, MinLength } from 'class-validator';
import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';

export class RegisterClientDto {
  @ApiProperty() @IsOptional() @IsString() @Length(1, 255) client_id?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MinLength(32) client_secret?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, 255) client_name?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) redirect_uris?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) post_logout_redirect_uris?: string[];
  @IsOptional()
  @IsArray()
  @IsIn(['authorization_code', 'refresh_token', 'client_credentials'], { each: true })
  grant_types?: string[];
  @IsOptional()
  @IsIn(['client_secret_basic', 'client_secret_post', 'none'])
  token_endpoint_auth_method?: string;
  @IsOptional() @IsString() scope?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) introspects?: string[];
  @IsOptional() @IsBoolean() require_pkce?: boolean;
}
export class CreateUserDto {
  @ApiProperty() @IsString() @Length(1, 255) username: string;
  @ApiProperty() @IsString() @Length(8, 1024) password: string;
  @ApiPropertyOptional() @IsOptional() @IsString() email?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() name?: string;
  @ApiPropertyOptional() @IsOptional() @IsBoolean() administrator?: boolean;
}
