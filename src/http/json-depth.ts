import { BadRequestException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** The deepest nesting of a JSON body. */
const deepest = 32;

/** Refuses JSON nested so deeply that a recursive function could overflow the stack. */
export function refuseDeepJson(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const tooDeep = typeof request.body === 'object' && isDeeperThan(deepest, request.body);
    done(tooDeep ? new BadRequestException('the body is nested too deeply') : undefined);
  });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}
