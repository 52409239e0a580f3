import pLimit from 'p-limit';
import { backgroundThreads } from './background-threads.js';
import type { Rating, RatingRequest } from './password-rating.worker.js';

/** Loading the dictionaries takes a second and 65 MB of memory, rating a long password a fifth of a second. */
const inBackground = backgroundThreads(new URL('password-rating.worker.js', import.meta.url), 1);
const inTurn = pLimit(1);

/** Rates a password by zxcvbn's dictionaries. */
export const ratePassword = (request: RatingRequest): Promise<Rating> =>
  inTurn(() => inBackground<Rating>(request));
