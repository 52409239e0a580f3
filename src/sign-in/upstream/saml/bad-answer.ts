import { UpstreamRefusal } from '../protocols/protocol.js';

const maxDetailLength = 500;

/** The refusal of a response that is not one to our request, or does not verify. */
export const badAnswer = (detail: string): UpstreamRefusal =>
  new UpstreamRefusal('bad_answer', detail.slice(0, maxDetailLength));
