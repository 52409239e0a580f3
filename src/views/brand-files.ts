import { readFileSync } from 'node:fs';
import { SettingError } from '../config/setting-error.js';
import { assetOf, type StaticAsset } from './static-asset.js';

const maxBytes = 256 * 1_024;

/**
 * An image of the operator, served at a path.
 * @throws SettingError naming the setting if the file cannot be read, is too large, or is no image that browsers show
 */
export function readImage(setting: string, file: string, path: string): StaticAsset<Buffer> {
  const content = read(setting, file);
  const type = imageTypeOf(content);
  if (type === undefined)
    throw new SettingError(`${setting}: ${file} is no image: use SVG, PNG, JPEG or WebP`);
  return assetOf(content, type, path);
}

/**
 * Text of the operator in UTF-8.
 * @throws SettingError naming the setting if the file cannot be read, is too large, or is no text
 */
export function readText(setting: string, file: string): string {
  const content = read(setting, file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new SettingError(`${setting}: ${file} is no text in UTF-8: save it as such`);
  }
}

function read(setting: string, file: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new SettingError(
      `${setting}: cannot read ${file} (${(error as Error).message}): correct the path, or let this user read it`,
    );
  }
  if (content.length <= maxBytes) return content;
  throw new SettingError(
    `${setting}: ${file} has ${content.length} bytes: use a file of up to ${maxBytes} bytes`,
  );
}

/** The media type by the first bytes: browsers take none of these for another one (`nosniff`). */
function imageTypeOf(content: Buffer): string | undefined {
  const start = content.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^RIFF.{4}WEBP$/s.test(start)) return 'image/webp';
  return /<svg[\s>]/.test(content.subarray(0, 4_096).toString('utf8')) ? 'image/svg+xml' : undefined;
}
