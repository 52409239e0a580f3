import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { shownAddress } from '../clients/client-texts.js';
import type { ErrorPageLink } from '../http/page-error.js';
import { type CameFrom, WayBack } from '../interaction/way-back.js';
import { type Text, verbatim } from '../locales/message.js';
import { type ClientBrand, ClientBrands } from '../views/client-brands.js';
import type { PurposeFields, SignInPage } from '../views/sign-in-page-models.js';
import { accountTarget, type SignInPurpose } from './sign-in-purposes.js';

/** What the first page says of the application that asks for the sign-in. */
type ShownApplication = Pick<SignInPage, 'clientName' | 'policyUri' | 'tosUri' | 'clientBrand'>;

/** The applications that ask for sign-ins, as the pages show them. */
@Injectable()
export class AskingApplications {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly wayBack: WayBack,
    private readonly brands: ClientBrands,
  ) {}

  async shownFor(purpose: SignInPurpose): Promise<ShownApplication> {
    const from = applicationOf(purpose);
    const client = from && (await this.clients.find(from.clientId));
    return {
      clientName: client?.shownName ?? (from && verbatim(from.clientName)),
      policyUri: client && shownAddress(client.metadata, 'policy_uri'),
      tosUri: client && shownAddress(client.metadata, 'tos_uri'),
      clientBrand: client && this.brands.brandOf(client.name, client.metadata),
    };
  }

  /** Its name; undefined if no application asks. */
  async nameFor(purpose: SignInPurpose): Promise<Text | undefined> {
    const from = applicationOf(purpose);
    return from && this.wayBack.nameOf(from);
  }

  /** The look of its pages. */
  async brandFor(purpose: SignInPurpose): Promise<ClientBrand | undefined> {
    return (await this.shownFor(purpose)).clientBrand;
  }

  /** The hidden fields that hold the purpose. */
  async fieldsOf(purpose: SignInPurpose): Promise<PurposeFields> {
    const link = purpose.link === undefined ? {} : { link: purpose.link.sealed };
    if (purpose.kind === 'account') {
      const to = accountTarget(purpose);
      return { ...link, ...(to === undefined ? {} : { to }) };
    }
    if (purpose.kind === 'back') return { ...link, back: await this.wayBack.seal(purpose.from) };
    return { ...link, interaction: purpose.sealed };
  }

  /** The way back to an application whose request cannot go on. */
  async linksFor(purpose: SignInPurpose): Promise<{ readonly links?: ErrorPageLink[] }> {
    return purpose.kind === 'back' ? { links: await this.wayBack.linksTo(purpose.from.clientId) } : {};
  }
}

function applicationOf(purpose: SignInPurpose): CameFrom | undefined {
  if (purpose.kind === 'account') return undefined;
  return purpose.kind === 'back' ? purpose.from : purpose.opened;
}
