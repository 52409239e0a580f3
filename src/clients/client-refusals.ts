import { NotFoundException } from '@nestjs/common';

export const changedMeanwhile = 'the client is being changed by somebody else at the same time: try again';

export const unknownClient = (clientId: string): NotFoundException =>
  new NotFoundException(`there is no client ${clientId}`);
