import { CKF, type Cryptoki, type Handle } from './cryptoki.js';

const slotForm = /^slot:(\d{1,20})$/;

/** A token that is not where the settings say. */
export class NoTokenError extends Error {
  override readonly name = 'NoTokenError';
}

/**
 * Finds the slot of a token by its label, or as `slot:<number>`.
 * @throws NoTokenError which names the tokens that there are
 */
export function slotOf(cryptoki: Cryptoki, token: string): Handle {
  const slots = cryptoki.C_GetSlotList(true).filter((slot) => isInitialised(cryptoki, slot));
  const number = slotForm.exec(token)?.[1];
  const found = slots.filter((slot) =>
    number === undefined ? labelOf(cryptoki, slot) === token : numberOf(slot) === BigInt(number),
  );
  const [slot] = found;
  if (slot && found.length === 1) return slot;
  const there = slots.map((one) => `"${labelOf(cryptoki, one)}" in slot:${numberOf(one)}`).join(', ');
  throw new NoTokenError(
    `${found.length === 0 ? 'there is no such token' : 'several tokens have this label'}: the library knows ${there || 'none'}`,
  );
}

const isInitialised = (cryptoki: Cryptoki, slot: Handle): boolean =>
  (cryptoki.C_GetTokenInfo(slot).flags & CKF.TOKEN_INITIALIZED) !== 0;

const labelOf = (cryptoki: Cryptoki, slot: Handle): string =>
  cryptoki.C_GetTokenInfo(slot).label.replaceAll('\0', '').trimEnd();

/** A slot is a number of the machine: little-endian, 4 or 8 bytes. */
const numberOf = (slot: Handle): bigint =>
  slot.length === 8 ? slot.readBigUInt64LE() : BigInt(slot.readUInt32LE());
