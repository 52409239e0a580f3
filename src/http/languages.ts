import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SettingError } from '../config/setting-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { languageNamed, languages } from '../locales/languages.js';
import type { Language } from '../locales/message.js';
import { languageOfHeader, languageOfTags } from '../locales/negotiation.js';
import { Cookies } from './cookies.js';

/** A choice is remembered for a year. */
const choiceSeconds = 365 * 86_400;

/** What the accounts of those who are signed in say, by the request that is being answered. */
const ownLocales = new WeakMap<FastifyRequest, string>();

/** Has a request answered in the language of the person who is signed in, if their account has one. */
export function speakTo({ locale }: { readonly locale: string | null }, request: FastifyRequest): void {
  if (locale === null) ownLocales.delete(request);
  else ownLocales.set(request, locale);
}

/**
 * The language of a request: the one that its application asks for, the person's own choice, or one that the browser accepts. The own
 * choice is the one of the account. The one that was made in this browser counts if there is none, or if people cannot change the
 * language of their account.
 */
@Injectable()
export class Languages {
  /** For whoever asks for nothing that we have. */
  readonly default: Language;
  /** Whether people choose the language of their account themselves. */
  readonly areChosen: boolean;
  /** What applications ask for, by the request that is being answered. */
  private readonly asked = new WeakMap<FastifyRequest, string>();

  /** @throws SettingError if there is no such language */
  constructor(
    private readonly cookies: Cookies,
    @Inject(SETTINGS) { people }: Pick<Settings, 'people'>,
  ) {
    this.default = defaultNamed(people.defaultLanguage);
    this.areChosen = people.profileEditable.includes('locale');
  }

  /** @param tags language tags in the order of preference: `ui_locales` (OIDC Core §3.1.2.1) */
  ask(request: FastifyRequest, tags: string | undefined): void {
    if (tags === undefined) this.asked.delete(request);
    else this.asked.set(request, tags);
  }

  of(request: FastifyRequest): Language {
    return (
      languageOfTags(this.asked.get(request)) ??
      this.chosenBy(request) ??
      languageOfHeader(request.headers['accept-language']) ??
      this.default
    );
  }

  /**
   * The language of mails to somebody: the one of their account; else the one of the page on which they asked for the mail.
   * @param page the tag of the language of that page
   */
  ofPerson(locale: string | null | undefined, page?: string): Language {
    return languageOfTags(locale ?? undefined) ?? languageNamed(page) ?? this.default;
  }

  /** Remembers the person's own choice in this browser. */
  choose(reply: FastifyReply, language: Language): void {
    this.cookies.set(reply, 'language', language.tag, choiceSeconds);
  }

  private chosenBy(request: FastifyRequest): Language | undefined {
    const own = languageOfTags(ownLocales.get(request));
    const here = languageNamed(this.cookies.read(request, 'language'));
    return this.areChosen ? (own ?? here) : (here ?? own);
  }
}

/** @throws SettingError */
function defaultNamed(tag: string): Language {
  const language = languageOfTags(tag);
  if (language) return language;
  const tags = languages.map((known) => known.tag).join(', ');
  throw new SettingError(`EYRIE_DEFAULT_LANGUAGE is "${tag}": use one of ${tags}`);
}
