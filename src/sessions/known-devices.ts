import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { Cookies } from '../http/cookies.js';

interface Device {
  readonly id: string;
  readonly userId: string;
}

const cookieLifetimeSeconds = 365 * 86_400;

/** Remembers in a sealed cookie that a user has signed in on a device. */
@Injectable()
export class KnownDevices {
  constructor(
    private readonly secrets: Secrets,
    private readonly cookies: Cookies,
  ) {}

  /** The id of the device, if this user has signed in on it before. Takes the same time if there is no such user. */
  async find(request: FastifyRequest, userId: string | undefined): Promise<string | undefined> {
    const sealed = this.cookies.read(request, 'device');
    if (sealed === undefined) return undefined;
    const device = (await this.secrets.unseal('device', sealed)) as Device | undefined;
    return device && device.userId === userId ? device.id : undefined;
  }

  async remember(reply: FastifyReply, userId: string): Promise<void> {
    const device: Device = { id: generateOpaqueToken(), userId };
    this.cookies.set(reply, 'device', await this.secrets.seal('device', device), cookieLifetimeSeconds);
  }
}
