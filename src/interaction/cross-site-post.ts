import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formParameters } from '../http/forms.js';
import { noStore, pageHeaders } from '../http/headers.js';
import { Views } from '../views/views.js';
import { maxUrlCharacters } from './walk.js';

/** Form posts from other sites: SameSite=Lax withholds our cookies from them, but not from a request that follows from one of ours. */
@Injectable()
export class CrossSitePosts {
  constructor(private readonly views: Views) {}

  /**
   * Has the browser send such a post to the same endpoint again, with our cookies: by GET or, if the URL would be long, by a form.
   * @returns false for every other request, which is left unanswered
   */
  sendAgain(request: FastifyRequest, reply: FastifyReply, path: string): boolean {
    if (request.headers['sec-fetch-site'] !== 'cross-site') return false;
    const body = typeof request.body === 'string' ? request.body : '';
    const url = `${path}?${new URLSearchParams(body).toString()}`;
    if (url.length <= maxUrlCharacters) {
      noStore(reply);
      reply.redirect(url, 303);
      return true;
    }
    const parameters = formParameters(request);
    // The form has each field once. A request that repeats one is answered as it came.
    if (parameters.repeated.size > 0) return false;
    const nonce = randomBytes(16).toString('base64url');
    pageHeaders(reply, { scriptNonce: nonce });
    const fields = Object.fromEntries(parameters.entries());
    reply.send(this.views.render('form-post', { action: path, fields, nonce, isOwn: true }, reply));
    return true;
  }
}
