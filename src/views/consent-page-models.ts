import type { SentencePart } from '../protocol/detail-words.js';
import type { Text } from '../locales/message.js';
import type { BrandedPage, Form, InteractionForm } from './form-models.js';
import type { PurposeFields } from './sign-in-page-models.js';

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
  /** Whether an administrator allows it in place of the members of the organization. */
  readonly allowedByOrganization: boolean;
}

/** An authorization detail in words (RFC 9396). */
export interface DescribedDetail {
  readonly title: string;
  /** Words of the administrator, and values out of the request among them; empty if there are none. */
  readonly sentence: readonly SentencePart[];
  /** What the sentence does not say. */
  readonly facts: readonly { readonly label: Text; readonly value: string }[];
}

export interface RequestedDetail extends DescribedDetail {
  /** Whether the resource owner allowed the same to this client before. */
  readonly remembered: boolean;
}

/** What a client says about itself. */
export interface ClientDescription extends BrandedPage {
  readonly clientName: Text;
  /** Whether the client registered itself, so that nobody has checked what it says. */
  readonly registeredItself: boolean;
  /** Whether it says that it is an agent, which acts on its own. */
  readonly isAgent: boolean;
  /** The host of the document with which the client describes itself; absent if it is registered here. */
  readonly describedAt?: string | undefined;
  readonly clientUri?: Text | undefined;
  readonly logoUri?: Text | undefined;
  readonly policyUri?: Text | undefined;
  readonly tosUri?: Text | undefined;
}

export interface ConsentPage extends InteractionForm, ClientDescription {
  /** Host (and port) of the proven redirection URI. */
  readonly redirectHost: string;
  readonly userName: string;
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly scopes: readonly RequestedScope[];
  /** They are allowed or denied together with the page. */
  readonly details: readonly RequestedDetail[];
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
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly scopes: readonly RequestedScope[];
  /** They are allowed or denied together with the page. */
  readonly details: readonly RequestedDetail[];
}

export interface ApprovalPage extends InteractionForm, ClientDescription {
  /** What the client shows too, to be compared. */
  readonly bindingMessage?: string;
  readonly userName: string;
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly scopes: readonly RequestedScope[];
}

/** An account that is signed in in this browser. */
export interface HeldAccount {
  /** The id of its session; goes into the field `choice`. */
  readonly id: string;
  readonly userName: string;
  readonly username: string;
}

export interface SelectAccountPage extends BrandedPage, Form, PurposeFields {
  /** The client that sent the resource owner here, if any. */
  readonly clientName?: Text | undefined;
  readonly accounts: readonly HeldAccount[];
}

/** An organization to which the person belongs. */
export interface OfferedOrganization {
  /** Goes into the field `choice`. */
  readonly id: string;
  readonly displayName: string;
  /** Tells organizations apart that have the same display name. */
  readonly name: string;
}

export interface SelectOrganizationPage extends BrandedPage, InteractionForm {
  readonly clientName: Text;
  readonly userName: string;
  /** Tells accounts apart that have the same name. */
  readonly username: string;
  readonly organizations: readonly OfferedOrganization[];
}

/** What these pages show, by the names of their templates. */
export interface ConsentPages {
  /** Asks which scopes the client may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/consent`. */
  readonly consent: ConsentPage;
  /** Asks for the code that a device shows; posts `user_code` to `/device`. */
  readonly device: DevicePage;
  /** Asks which scopes the device may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/device/confirm`. */
  readonly 'device-confirm': DeviceConfirmPage;
  /** Asks which scopes a client may have that asks on its own; posts `scope` (repeated) and `decision` allow or deny to `/approval/confirm`. */
  readonly approval: ApprovalPage;
  /** Asks with which account of the browser to continue; posts `choice`, one of their ids or `other`, to `/select-account`, or to `/account/switch` without a request. */
  readonly 'select-account': SelectAccountPage;
  /** Asks for which organization to act; posts `choice`, one of their ids or `other-account`, to `/select-organization`. */
  readonly 'select-organization': SelectOrganizationPage;
}
