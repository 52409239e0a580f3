import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { Cookies } from '../http/cookies.js';

/** A device of one user. */
interface Device {
  readonly id: string;
  readonly userId: string;
}

const cookieLifetimeSeconds = 365 * 86_400;
/** People who share a device. */
const maxUsers = 5;

/** Remembers in a sealed cookie which users have signed in on a device. */
@Injectable()
export class KnownDevices {
  constructor(
    private readonly secrets: Secrets,
    private readonly cookies: Cookies,
  ) {}

  /** The id of the device, if this user has signed in on it before. Takes the same time if there is no such user. */
  async find(request: FastifyRequest, userId: string | undefined): Promise<string | undefined> {
    return (await this.devices(request)).find((device) => device.userId === userId)?.id;
  }

  async remember(reply: FastifyReply, userId: string): Promise<void> {
    const others = (await this.devices(reply.request)).filter((device) => device.userId !== userId);
    const devices = [{ id: generateOpaqueToken(), userId }, ...others].slice(0, maxUsers);
    this.cookies.set(reply, 'device', await this.secrets.seal('device', devices), cookieLifetimeSeconds);
  }

  private async devices(request: FastifyRequest): Promise<readonly Device[]> {
    const sealed = this.cookies.read(request, 'device');
    if (sealed === undefined) return [];
    const opened = (await this.secrets.unseal('device', sealed)) as readonly Device[] | Device | undefined;
    // The cookie of an earlier release holds one.
    return opened ? [opened].flat() : [];
  }
}
