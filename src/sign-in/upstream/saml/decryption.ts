import { promisify } from 'node:util';
import { XMLSerializer } from '@xmldom/xmldom';
import { decrypt } from 'xml-encryption';
import { badAnswer } from './bad-answer.js';
import { allElements, attributeOf } from './saml-xml.js';

const blockCiphers = [
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
];
/** The library knows no RSAES-OAEP with a mask of one's choice (`xmlenc11#rsa-oaep`). */
const keyTransport = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';
/** What an encrypted element has once (XML Encryption §3). */
const once = ['EncryptedData', 'EncryptedKey'];

/**
 * Decrypts an EncryptedAssertion or an EncryptedID. RSAES-PKCS1-v1_5 and Triple DES are refused, as is a key that stands elsewhere.
 * @param privateKey PEM
 * @returns the document that was encrypted, of which nothing is known yet
 * @throws UpstreamRefusal bad_answer
 */
export async function decryptElement(encrypted: Element, privateKey: string): Promise<string> {
  const all = allElements(encrypted);
  const named = (name: string): Element[] => all.filter(({ localName }) => localName === name);
  if (once.some((name) => named(name).length !== 1) || named('RetrievalMethod').length > 0)
    throw badAnswer(`the ${encrypted.localName} must have its data and its key once`);
  const methods = named('EncryptionMethod').map((element) => attributeOf(element, 'Algorithm') ?? '');
  const [cipher = '', transport = ''] = methods;
  if (methods.length !== 2 || !blockCiphers.includes(cipher) || transport !== keyTransport)
    throw badAnswer(`the ${encrypted.localName} is encrypted with ${methods.map(shortNameOf).join(', ')}`);
  try {
    return await promisify(decrypt)(new XMLSerializer().serializeToString(encrypted), {
      key: privateKey,
      disallowDecryptionWithInsecureAlgorithm: true,
    });
  } catch {
    throw badAnswer(`the ${encrypted.localName} cannot be decrypted with the key of this server`);
  }
}

/** The end of the name of an algorithm: the journal of refusals keeps no fragments of URLs. */
const shortNameOf = (algorithm: string): string => algorithm.slice(algorithm.lastIndexOf('#') + 1);
