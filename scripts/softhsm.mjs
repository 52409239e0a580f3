import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findProgram } from './programs.mjs';

const libraries = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** The path of SoftHSM's library; undefined if this machine lacks it, its `softhsm2-util`, or the package `pkcs11js`. */
export function findSoftHsm() {
  try {
    createRequire(import.meta.url).resolve('pkcs11js/build/Release/pkcs11.node');
  } catch {
    return undefined;
  }
  return findProgram(['softhsm2-util']) && libraries.find((path) => existsSync(path));
}
