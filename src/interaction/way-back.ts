import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { shownAddress } from '../clients/client-texts.js';
import { Secrets } from '../crypto/secrets.js';
import type { ErrorPageLink } from '../http/page-error.js';
import { clientAddress } from '../views/links.js';
import { message, type Text, verbatim } from '../locales/message.js';

/** The application that a person came from. */
export interface CameFrom {
  readonly clientId: string;
  readonly clientName: string;
}

/** Leads people back to the application that sent them, where its request cannot go on. */
@Injectable()
export class WayBack {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly secrets: Secrets,
  ) {}

  /** The link to the application's home page (`client_uri`); none if it has none that people may see. */
  async linksTo(clientId: string | undefined): Promise<ErrorPageLink[]> {
    const client = clientId === undefined ? undefined : await this.clients.find(clientId);
    const href =
      client && shownAddress(client.metadata, 'client_uri', (uri) => clientAddress(uri) !== undefined);
    return href ? [{ href, label: message('common.backTo', { client: client.shownName }) }] : [];
  }

  /** The name of the application, as pages show it. If it is gone, it is the one that it had. */
  async nameOf({ clientId, clientName }: CameFrom): Promise<Text> {
    return (await this.clients.find(clientId))?.shownName ?? verbatim(clientName);
  }

  /** The application, to be sent through a page of ours. */
  async seal({ clientId, clientName }: CameFrom): Promise<string> {
    return this.secrets.seal('way-back', { clientId, clientName });
  }

  async open(sealed: string): Promise<CameFrom | undefined> {
    return (await this.secrets.unseal('way-back', sealed)) as CameFrom | undefined;
  }
}
