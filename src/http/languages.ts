import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defaultLanguage, languageNamed } from '../locales/languages.js';
import type { Language } from '../locales/message.js';
import { languageOfHeader, languageOfTags } from '../locales/negotiation.js';
import { Cookies } from './cookies.js';

/** A choice is remembered for a year. */
const choiceSeconds = 365 * 86_400;

/** The language of a request: the one that its application asks for, the person's own choice, or one that the browser accepts. */
@Injectable()
export class Languages {
  /** What applications ask for, by the request that is being answered. */
  private readonly asked = new WeakMap<FastifyRequest, string>();

  constructor(private readonly cookies: Cookies) {}

  /** @param tags language tags in the order of preference: `ui_locales` (OIDC Core §3.1.2.1) */
  ask(request: FastifyRequest, tags: string | undefined): void {
    if (tags === undefined) this.asked.delete(request);
    else this.asked.set(request, tags);
  }

  of(request: FastifyRequest): Language {
    return (
      languageOfTags(this.asked.get(request)) ??
      languageNamed(this.cookies.read(request, 'language')) ??
      languageOfHeader(request.headers['accept-language']) ??
      defaultLanguage
    );
  }

  /** Remembers the person's own choice in this browser. */
  choose(reply: FastifyReply, language: Language): void {
    this.cookies.set(reply, 'language', language.tag, choiceSeconds);
  }
}
