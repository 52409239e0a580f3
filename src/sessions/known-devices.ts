import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { Cookies } from '../http/cookies.js';
import { UsersStore } from '../persistence/stores/users.store.js';

/** A device of one user. */
interface Device {
  readonly id: string;
  readonly userId: string;
  /** When it was remembered; absent in a cookie of an earlier release. */
  readonly since?: number;
}

const cookieLifetimeSeconds = 365 * 86_400;
/** People who share a device. */
const maxUsers = 5;

/** Remembers in a sealed cookie which users have signed in on a device. */
@Injectable()
export class KnownDevices {
  constructor(
    private readonly users: UsersStore,
    private readonly secrets: Secrets,
    private readonly cookies: Cookies,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** The id of the device, if this user has signed in on it before. Takes the same time if there is no such user. */
  async find(request: FastifyRequest, userId: string | undefined): Promise<string | undefined> {
    const device = (await this.devices(request)).find((one) => one.userId === userId);
    if (!device || userId === undefined) return undefined;
    const forgottenAt = await this.users.devicesForgottenAt(userId);
    return forgottenAt === null || (device.since ?? 0) > forgottenAt ? device.id : undefined;
  }

  async remember(reply: FastifyReply, userId: string): Promise<void> {
    const others = (await this.devices(reply.request)).filter((device) => device.userId !== userId);
    const devices = [{ id: generateOpaqueToken(), userId, since: this.clock.now() }, ...others].slice(
      0,
      maxUsers,
    );
    this.cookies.set(reply, 'device', await this.secrets.seal('device', devices), cookieLifetimeSeconds);
  }

  private async devices(request: FastifyRequest): Promise<readonly Device[]> {
    const sealed = this.cookies.read(request, 'device');
    if (sealed === undefined) return [];
    const opened = (await this.secrets.unseal('device', sealed)) as readonly Device[] | Device | undefined;
    // The cookie of an earlier release holds one.
    return opened ? [opened].flat() : [];
  }

  /** Forgets all devices of a user: on each of them the next sign-in is one on a new device. Sessions go on. */
  async forgetAll(userId: string, actor: Originator): Promise<void> {
    await this.changes.change({ event: 'devices.forgotten', actor, userId }, (tx, now) =>
      this.users.forgetDevices(tx, userId, now),
    );
  }
}
