import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Eta } from 'eta';
import type { FastifyReply } from 'fastify';
import { Languages } from '../http/languages.js';
import type { Language, Text } from '../locales/message.js';
import { translatorOf } from '../locales/translator.js';
import type { ErrorPage, PageName, Pages } from './page-models.js';
import { Brand } from './brand.js';
import { readPasskeyScript, readStyleSheet } from './static-asset.js';
import { vocabularyIn } from './vocabulary.js';

/** What the language of a page depends on. */
const languageDependsOn = 'Accept-Language, Cookie';

/**
 * Renders the pages of `page-models.ts` as HTML. Every value is escaped; no page needs a script. A template is read and compiled when it
 * is first used.
 */
@Injectable()
export class Views {
  private readonly frame: object;
  /** Each is made when its language is first used. */
  private readonly vocabularies = new Map<Language, ReturnType<typeof vocabularyIn>>();
  private readonly eta = new Eta({
    views: fileURLToPath(new URL('templates', import.meta.url)),
    autoEscape: true,
    cache: true,
  });

  constructor(
    private readonly languages: Languages,
    brand: Brand,
  ) {
    this.frame = {
      styleHref: readStyleSheet().href,
      passkeysHref: readPasskeyScript().href,
      brand,
    };
  }

  /** The page as HTML, in the language of the request. Sets the headers that say so. */
  render<Name extends PageName>(name: Name, page: Pages[Name], reply: FastifyReply): string {
    const language = this.languages.of(reply.request);
    reply.header('content-language', language.tag).header('vary', languageDependsOn);
    return this.renderIn(language, name, page);
  }

  /** The page as HTML, in a language. */
  renderIn<Name extends PageName>(language: Language, name: Name, page: Pages[Name]): string {
    return this.eta.render(name, { ...page, ...this.vocabularyOf(language), ...this.frame });
  }

  private vocabularyOf(language: Language): ReturnType<typeof vocabularyIn> {
    const vocabulary = this.vocabularies.get(language) ?? vocabularyIn(translatorOf(language));
    this.vocabularies.set(language, vocabulary);
    return vocabulary;
  }

  /** A text in the language of the request. */
  text(text: Text, reply: FastifyReply): string {
    return translatorOf(this.languages.of(reply.request)).textOf(text);
  }

  /** The page of an error that is not sent to a client. */
  error(page: ErrorPage, reply: FastifyReply): string {
    return this.render('error', page, reply);
  }
}
