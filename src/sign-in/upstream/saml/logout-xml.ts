import { XMLSerializer, DOMImplementation } from '@xmldom/xmldom';
import type { NameId } from './name-key.js';
import { timeText } from './saml-time.js';
import { namespaces } from './saml-xml.js';

/** What every message of ours begins with. */
export interface WrittenMessage {
  readonly id: string;
  /** The entity id of this server. */
  readonly issuer: string;
  readonly destination: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A request to end a session there (SAML core §3.7.1). It counts for as long as a browser needs. */
export function logoutRequestXml(message: WrittenMessage, name: NameId, sessionIndex?: string): string {
  const { root, add } = begin('LogoutRequest', message);
  root.setAttribute('NotOnOrAfter', timeText(message.now + 300));
  const nameId = add('assertion', 'NameID', name.value);
  const qualifiers = {
    NameQualifier: name.nameQualifier,
    SPNameQualifier: name.spNameQualifier,
    Format: name.format,
  };
  for (const [key, value] of Object.entries(qualifiers))
    if (value !== undefined) nameId.setAttribute(key, value);
  if (sessionIndex !== undefined) add('protocol', 'SessionIndex', sessionIndex);
  return serialized(root);
}

/** The answer to a request of an upstream (SAML core §3.7.2): its sessions here have ended. */
export function logoutResponseXml(message: WrittenMessage, inResponseTo: string): string {
  const { root, add } = begin('LogoutResponse', message);
  root.setAttribute('InResponseTo', inResponseTo);
  const code = root.ownerDocument.createElementNS(namespaces.protocol, 'samlp:StatusCode');
  code.setAttribute('Value', 'urn:oasis:names:tc:SAML:2.0:status:Success');
  add('protocol', 'Status').appendChild(code);
  return serialized(root);
}

type Add = (space: 'assertion' | 'protocol', name: string, text?: string) => Element;

function begin(
  name: string,
  { id, issuer, destination, now }: WrittenMessage,
): { readonly root: Element; readonly add: Add } {
  const document = new DOMImplementation().createDocument(namespaces.protocol, `samlp:${name}`, null);
  const root = document.documentElement;
  const attributes = { ID: id, Version: '2.0', IssueInstant: timeText(now), Destination: destination };
  for (const [key, value] of Object.entries(attributes)) root.setAttribute(key, value);
  const add: Add = (space, local, text) => {
    const prefix = space === 'assertion' ? 'saml' : 'samlp';
    const element = document.createElementNS(namespaces[space], `${prefix}:${local}`);
    if (text !== undefined) element.appendChild(document.createTextNode(text));
    return root.appendChild(element);
  };
  add('assertion', 'Issuer', issuer);
  return { root, add };
}

const serialized = (root: Element): string => new XMLSerializer().serializeToString(root);
