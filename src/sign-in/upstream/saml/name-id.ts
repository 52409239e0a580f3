import type { NameId } from './name-key.js';
import { attributeOf, textOf } from './saml-xml.js';

/** @throws UpstreamRefusal bad_answer */
export const nameIdOf = (element: Element): NameId => ({
  value: textOf(element),
  format: attributeOf(element, 'Format'),
  nameQualifier: attributeOf(element, 'NameQualifier'),
  spNameQualifier: attributeOf(element, 'SPNameQualifier'),
});
