import { BadRequestException } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { InvalidArgumentError } from 'commander';

/**
 * Checks the fields of a command by the same class as the admin API checks its bodies.
 * @throws BadRequestException naming each invalid field
 */
export async function checked<Body extends object>(type: new () => Body, fields: object): Promise<Body> {
  const body = plainToInstance(type, fields);
  const faults = await validate(body, { whitelist: true, forbidNonWhitelisted: true });
  if (faults.length > 0)
    throw new BadRequestException(faults.flatMap(({ constraints = {} }) => Object.values(constraints)));
  return body;
}

/**
 * Reads a secret from standard input, so that it appears neither in the list of processes nor in the shell's history.
 * @throws BadRequestException if standard input is empty
 */
export async function readSecret(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const secret = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (secret === '') throw new BadRequestException('standard input is empty');
  return secret;
}

/** Reads the argument of an option that is a whole number. */
export const wholeNumber =
  (minimum: number) =>
  (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
    if (number < minimum) throw new InvalidArgumentError(`Use a whole number, ${minimum} or more.`);
    return number;
  };
