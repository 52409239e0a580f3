import type { Text } from '../locales/message.js';
import type { BrandedPage, Form, InteractionForm } from './form-models.js';

/* The pages on which people decide what a client or a device may have, and with which account. */

export interface NamedScope {
  readonly name: string;
  /** The scope's description: "Read your contacts". */
  readonly description: Text;
}

export interface RequestedScope extends NamedScope {
  /** The name of the resource that it belongs to, if that is known. */
  readonly resource?: Text;
  /** Whether the resource owner cannot deselect it (openid). */
  readonly required: boolean;
  /** Whether the resource owner allowed it to this client before. */
  readonly remembered: boolean;
}

/** What a client says about itself. */
export interface ClientDescription extends BrandedPage {
  readonly clientName: Text;
  /** Whether the client registered itself, so that nobody has checked what it says. */
  readonly registeredItself: boolean;
  readonly clientUri?: Text | undefined;
  readonly logoUri?: Text | undefined;
  readonly policyUri?: Text | undefined;
  readonly tosUri?: Text | undefined;
}

export interface ConsentPage extends InteractionForm, ClientDescription {
  /** Host (and port) of the proven redirection URI. */
  readonly redirectHost: string;
  readonly userName: string;
  readonly scopes: readonly RequestedScope[];
}

export interface DevicePage extends Form {
  /** Prefilled: from the URL, or the input of the failed attempt. */
  readonly userCode?: string;
  /** Why the last attempt failed, as a sentence for the resource owner. */
  readonly error?: Text;
  /** Seconds until another attempt is accepted, if attempts are throttled. */
  readonly retryAfterSeconds?: number;
}

export interface DeviceConfirmPage extends InteractionForm, ClientDescription {
  /** In the form that the device shows. */
  readonly userCode: string;
  readonly userName: string;
  readonly scopes: readonly RequestedScope[];
}

export interface SelectAccountPage extends InteractionForm, BrandedPage {
  readonly clientName: Text;
  /** Display name of the account that is signed in. */
  readonly userName: string;
  readonly username: string;
}

/** What these pages show, by the names of their templates. */
export interface ConsentPages {
  /** Asks which scopes the client may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/consent`. */
  readonly consent: ConsentPage;
  /** Asks for the code that a device shows; posts `user_code` to `/device`. */
  readonly device: DevicePage;
  /** Asks which scopes the device may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/device/confirm`. */
  readonly 'device-confirm': DeviceConfirmPage;
  /** Asks whether to continue with the signed-in account; posts `choice` continue or other to `/select-account`. */
  readonly 'select-account': SelectAccountPage;
}
