import 'reflect-metadata';
import {
  type INestApplicationContext,
  RequestMethod,
  type Type,
  VERSION_NEUTRAL,
  type VersioningOptions,
  VersioningType,
} from '@nestjs/common';
import { ApplicationConfig, MetadataScanner, ModulesContainer } from '@nestjs/core';

/** A route as Nest maps it. */
export interface MappedRoute {
  /** `GET`, `POST` …, or `ALL`. */
  readonly method: string;
  readonly path: string;
  /** The version, if it is in a header or a media type and not in the path. */
  readonly version?: string;
  readonly controller: Type;
  readonly handler: object;
}

type Version = string | symbol;

// The metadata keys of Nest's decorators and of its RouterModule. Nest 12 moved the constants for them.
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';
const MODULE_PATH = '__module_path__';

/**
 * The HTTP routes of a service, with its prefix and versions. The service need not be initialized, but `setGlobalPrefix()` and
 * `enableVersioning()` must have been called, if it uses them.
 */
export function mappedRoutes(app: INestApplicationContext): MappedRoute[] {
  const modules = app.get(ModulesContainer);
  const config = app.get(ApplicationConfig);
  return [...modules.values()].flatMap(({ metatype: module, controllers }) => {
    const own: unknown = Reflect.getMetadata(MODULE_PATH + modules.applicationId, module);
    const base = textOf(own ?? Reflect.getMetadata(MODULE_PATH, module));
    return [...controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? routesOf(metatype as Type, base, config) : [],
    );
  });
}

function routesOf(controller: Type, base: string, config: ApplicationConfig): MappedRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const paths: unknown = handler && Reflect.getMetadata(PATH, handler);
    if (handler === undefined || paths === undefined) return [];
    const method = (Reflect.getMetadata(METHOD, handler) ?? RequestMethod.GET) as RequestMethod;
    const versioning = config.getVersioning();
    return versionsOf(controller, handler, versioning).flatMap((version) => {
      const inPath = versioning?.type === VersioningType.URI ? versionSegment(versioning, version) : '';
      return list(Reflect.getMetadata(PATH, controller)).flatMap((ofController) =>
        list(paths).map((ofHandler): MappedRoute => {
          const path = joined(base, ofController, ofHandler);
          const prefix = isExcluded(path, method, config) ? '' : config.getGlobalPrefix();
          const elsewhere = versioning?.type !== VersioningType.URI && typeof version === 'string';
          return {
            method: RequestMethod[method],
            path: joined(prefix, inPath, path),
            ...(elsewhere ? { version } : {}),
            controller,
            handler,
          };
        }),
      );
    });
  });
}

/** The versions of a route: its own, or those of its controller, or the default. Without versioning, the route is version-neutral. */
function versionsOf(
  controller: object,
  handler: object,
  versioning: VersioningOptions | undefined,
): readonly Version[] {
  if (versioning === undefined) return [VERSION_NEUTRAL];
  const version: Version | readonly Version[] | undefined =
    Reflect.getMetadata(VERSION, handler) ??
    Reflect.getMetadata(VERSION, controller) ??
    versioning.defaultVersion;
  return version === undefined ? [VERSION_NEUTRAL] : [version].flat();
}

function versionSegment(versioning: VersioningOptions, version: Version): string {
  if (typeof version !== 'string') return '';
  const { prefix = 'v' } = versioning as { prefix?: string | false };
  return `${prefix === false ? '' : prefix}${version}`;
}

function isExcluded(path: string, method: RequestMethod, config: ApplicationConfig): boolean {
  const { exclude = [] } = config.getGlobalPrefixOptions();
  return exclude.some(
    ({ requestMethod, pathRegex }) =>
      (requestMethod === RequestMethod.ALL || requestMethod === method) && pathRegex.test(path),
  );
}

function joined(...parts: string[]): string {
  return `/${parts.flatMap((part) => part.split('/').filter((segment) => segment !== '')).join('/')}`;
}

function list(paths: unknown): string[] {
  return (Array.isArray(paths) ? paths : [paths]).map(textOf);
}

function textOf(path: unknown): string {
  return typeof path === 'string' ? path : '';
}
