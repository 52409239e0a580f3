import { BadRequestException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Levels of lists and objects in a JSON body; no operation takes more than a few. */
const deepest = 32;

/** Refuses JSON that is nested so deeply that whoever walks through it would run out of stack. */
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
