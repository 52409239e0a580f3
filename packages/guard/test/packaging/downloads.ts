import type { Workplace } from '../../../../test/support/workplace.js';

/** Why specs that download packages are left out; `undefined` if they are not. */
export async function reasonToLeaveOut(place: Workplace): Promise<string | undefined> {
  if (process.env['EYRIE_TEST_PACK'] !== '1') return 'it downloads packages, set EYRIE_TEST_PACK=1';
  return (await place.reachesRegistry()) ? undefined : 'the package registry does not answer';
}
