import { DOMParser } from '@xmldom/xmldom';
import { badAnswer } from './bad-answer.js';

/** The namespaces of SAML 2.0 and of XML signatures. */
export const namespaces = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

type Space = keyof typeof namespaces;

/** What a document may be like. */
export interface DocumentLimits {
  /** No larger document is parsed. */
  readonly maxCharacters: number;
  /** Elements and attributes. */
  readonly maxNodes: number;
  /** Whether comments are passed over. What is signed never has any. */
  readonly allowsComments?: boolean;
}

/** For messages: a signature is looked for among their elements, again for each certificate. */
const messageLimits: DocumentLimits = { maxCharacters: 65_536, maxNodes: 2_000 };
const maxDepth = 32;

/**
 * Parses a document of an upstream. Before it is parsed it is refused if it has a document type, a comment, a CDATA section or a
 * processing instruction: no identity provider needs one, and parsers differ about them.
 * @returns its root
 * @throws UpstreamRefusal bad_answer
 */
export function parseDocument(xml: string, limits = messageLimits): Element {
  const { maxCharacters, allowsComments = false } = limits;
  if (xml.length > maxCharacters) throw badAnswer(`the document has more than ${maxCharacters} characters`);
  const text = allowsComments ? withoutComments(xml.replace(/^\uFEFF/, '')) : xml;
  const body = text.replace(/^\s*<\?xml [^?<>]{0,200}\?>/, '');
  if (body.includes('<!') || body.includes('<?'))
    throw badAnswer('the document has a document type, a comment, a CDATA section or an instruction');
  const refuse = (problem: string): never => {
    throw badAnswer(`the document is not well-formed: ${problem}`);
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const root = parser.parseFromString(body, 'text/xml').documentElement as Element | null;
  if (!root) throw badAnswer('the document is empty');
  refuseLarge(root, limits);
  return root;
}

/** Whether an element has this name. */
export const isNamed = (element: Element, space: Space, name: string): boolean =>
  element.namespaceURI === namespaces[space] && element.localName === name;

/** The elements directly below one. */
export const elementsOf = (parent: Element): Element[] =>
  Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1);

/** The elements of a name directly below one. */
export const childrenOf = (parent: Element, space: Space, name: string): Element[] =>
  elementsOf(parent).filter((element) => isNamed(element, space, name));

/**
 * The only element of a name directly below one.
 * @throws UpstreamRefusal bad_answer if there is none, or several
 */
export function onlyChild(parent: Element, space: Space, name: string): Element {
  const [found, ...others] = childrenOf(parent, space, name);
  if (!found || others.length > 0)
    throw badAnswer(`expected one ${name} in ${parent.localName}, received ${found ? 'several' : 'none'}`);
  return found;
}

/** All elements of a document, the root included. */
export const allElements = (root: Element): Element[] => [
  root,
  ...Array.from(root.getElementsByTagName('*')),
];

/** An attribute; undefined if it is missing or empty. */
export const attributeOf = (element: Element, name: string): string | undefined =>
  element.getAttribute(name) || undefined;

/**
 * The text of an element that holds nothing else.
 * @throws UpstreamRefusal bad_answer
 */
export function textOf(element: Element): string {
  if (elementsOf(element).length > 0) throw badAnswer(`${element.localName} holds elements, not a text`);
  return (element.textContent ?? '').trim();
}

/** A comment that does not end stays, and is refused. */
function withoutComments(xml: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const begin = xml.indexOf('<!--', from);
    const end = begin < 0 ? -1 : xml.indexOf('-->', begin + 4);
    if (end < 0) break;
    kept.push(xml.slice(from, begin));
    from = end + 3;
  }
  return kept.join('') + xml.slice(from);
}

function refuseLarge(root: Element, { maxNodes }: DocumentLimits): void {
  let level = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const element of level) count += 1 + element.attributes.length;
    if (depth > maxDepth || count > maxNodes) throw badAnswer('the document has too many elements');
    level = level.flatMap(elementsOf);
  }
}
