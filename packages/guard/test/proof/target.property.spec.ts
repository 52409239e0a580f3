import * as fc from 'fast-check';
import { normalized } from '../../src/proof/target.js';

describe('Properties of the address that a proof is for', () => {
  it('G3 an address stays the same in other spellings, and no change of path, host, port or scheme is the same', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'aZ0-._~'.split('')), minLength: 1, maxLength: 6 });
    const spelled = fc
      .tuple(segment, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
      .filter(([path]) => !/^\.+$/.test(path))
      .map(([path, escaped]) => ({
        path,
        other: path
          .split('')
          .map((character, at) => (escaped[at] ? `%${character.charCodeAt(0).toString(16)}` : character))
          .join(''),
      }));
    fc.assert(
      fc.property(
        spelled,
        fc.constantFrom('', '?x=1', '#y', '?x#y'),
        segment,
        ({ path, other }, tail, added) => {
          const url = `https://id.example.com/${path}`;
          for (const authority of [
            'https://id.example.com',
            'HTTPS://ID.EXAMPLE.COM',
            'https://id.example.com:443',
          ])
            expect(normalized(`${authority}/${other}${tail}`)).toBe(url);
          expect(normalized(`https://id.example.com/${other}${added}${tail}`)).not.toBe(url);
          for (const authority of [
            'http://id.example.com',
            'https://id.example.com:444',
            'https://x.example.com',
          ])
            expect(normalized(`${authority}/${other}${tail}`)).not.toBe(url);
          expect(normalized(added)).not.toBe(url);
        },
      ),
    );
  });
});
