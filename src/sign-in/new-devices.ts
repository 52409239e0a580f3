import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { addressOf } from '../http/network.js';
import { Notifications } from '../mail/notifications.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** Notifies people of sign-ins on devices that they have not used before. */
@Injectable()
export class NewDevices {
  private readonly isOn: boolean;

  constructor(
    private readonly users: UsersStore,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) { people }: Settings,
  ) {
    this.isOn = people.newDeviceMail;
  }

  /** Notes a sign-in on a new device, in its transaction. The first sign-in of a user is no news to them. */
  async note(
    tx: Transaction,
    { id: userId, firstSignedInAt }: HeldUser,
    request: FastifyRequest,
    now: number,
  ): Promise<void> {
    if (firstSignedInAt === null) await this.users.noteFirstSignIn(tx, userId, now);
    else if (this.isOn)
      await this.notifications.notify(
        tx,
        {
          message: 'new-device',
          userId,
          address: addressOf(request),
          userAgent: request.headers['user-agent'] ?? '',
        },
        now,
      );
  }
}
