import { readFile } from 'node:fs/promises';
import { BadRequestException } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, Length, validate, ValidateNested } from 'class-validator';
import { IsShownText } from '../resource/field-checks.js';
import { formatPath, problemsOf } from '../provisioning/problems.js';

/** A route of a resource, with the scopes that it needs. */
export class RouteEntry {
  @IsString()
  method: string;

  @IsString()
  path: string;

  @IsOptional()
  @IsString()
  version?: string;

  @IsArray()
  @IsString({ each: true })
  scopes: string[];

  /** From each list, one scope is needed. */
  @IsOptional()
  @IsArray()
  @IsArray({ each: true })
  anyScopes?: string[][];
}

/** The routes of a resource, in the form of `scopesOf()` of `@eyrie/guard`. */
export class ScopeManifest {
  /** The identifier of the resource. */
  @IsString()
  @Length(1, 512)
  resource: string;

  @IsOptional()
  @IsString()
  @Length(1, 255)
  @IsShownText()
  name?: string;

  /** Descriptions for scopes that are not registered yet. */
  @IsOptional()
  @IsObject()
  descriptions?: Record<string, string>;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RouteEntry)
  routes: RouteEntry[];
}

/**
 * Reads a manifest.
 * @throws BadRequestException if the file cannot be read, or naming each invalid field
 */
export async function readManifest(file: string): Promise<ScopeManifest> {
  const content = await jsonOf(file);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new BadRequestException(`${file}: must contain the output of scopesOf() of @eyrie/guard`);
  const manifest = plainToInstance(ScopeManifest, content);
  const problems = (await validate(manifest)).flatMap((fault) => problemsOf(fault));
  if (problems.length > 0)
    throw new BadRequestException(
      problems.map(({ path, reason }) => `${file}: ${formatPath(path)} ${reason}`).join('\n'),
    );
  return manifest;
}

/** Every scope that a route names, whether all of them are needed or one of several. */
export function scopesOfRoute({ scopes, anyScopes = [] }: RouteEntry): string[] {
  return [...new Set([...scopes, ...anyScopes.flat()])];
}

/** `GET /contacts`, with the version if that is not in the path. */
export function nameOfRoute({ method, path, version }: RouteEntry): string {
  return version === undefined ? `${method} ${path}` : `${method} ${path} (version ${version})`;
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BadRequestException(
      `${file}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${message})`}`,
    );
  }
}
