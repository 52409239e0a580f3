import type { Page } from 'playwright-core';

/** What has the focus, as a person at the keyboard meets it. */
export interface Focused {
  /** Its tag with its attributes; empty if nothing in the document has the focus. */
  readonly tag: string;
  /** Its place in the document. */
  readonly place: number;
  /** Whether something shows that it has the focus. */
  readonly isMarked: boolean;
  /** Whether all of it is in view, and nothing stands before it. */
  readonly isInView: boolean;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly describedBy: readonly string[];
  readonly id: string;
}

/* Runs in the page. A mark is an outline of its own, or one around what follows from it. */
const describeFocused = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const box = element.getBoundingClientRect();
  const marks = [element, '::after'].map((part) => part === element ? getComputedStyle(element) : getComputedStyle(element, part));
  const points = [[box.left + box.width / 2, box.top + 2], [box.left + box.width / 2, box.bottom - 2]];
  const isHit = ([x, y]) => { const hit = document.elementFromPoint(x, y); return hit !== null && (element.contains(hit) || hit.contains(element)); };
  return {
    tag: element.cloneNode(false).outerHTML,
    id: element.id,
    place: [...document.querySelectorAll('*')].indexOf(element),
    isMarked: marks.some((style) => style.outlineStyle === 'solid' && Number.parseFloat(style.outlineWidth) >= 2),
    isInView: box.top >= 0 && box.bottom <= innerHeight && points.every(isHit),
    left: box.left,
    top: box.top + scrollY,
    bottom: box.bottom + scrollY,
    describedBy: (element.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean),
  };
})()`;

/** What the Tab key should reach, in the order of the document. */
const findReachable = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((element) => !element.disabled && element.tabIndex >= 0 && element.checkVisibility())
  .map((element) => element.cloneNode(false).outerHTML)`;

/** The first place in the document, from where the first Tab goes to the first control. */
const goToStart = `(() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0); })()`;

/* A browser gives the focus to what asks for it when it next draws, which may be after the page has loaded. */
const waitForAutofocus = `(async () => {
  for (let frames = 0; frames < 300; frames++) {
    if (!document.querySelector('[autofocus]') || document.activeElement !== document.body) return;
    await new Promise((drawn) => requestAnimationFrame(drawn));
  }
})()`;

/** A person who has a keyboard and nothing else. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  /** Opens a page, and waits until what asks for the focus has it. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.evaluate(waitForAutofocus);
  }

  async focused(): Promise<Focused | undefined> {
    return this.page.evaluate(describeFocused);
  }

  /** What Tab should reach. */
  async reachable(): Promise<string[]> {
    return this.page.evaluate(findReachable);
  }

  /** Everything that Tab reaches from the start of the page until the focus leaves it, or begins again. */
  async walk(): Promise<Focused[]> {
    await this.page.evaluate(goToStart);
    return this.follow('Tab');
  }

  /** The same on the way back, after `walk`. */
  async walkBack(): Promise<Focused[]> {
    return this.follow('Shift+Tab');
  }

  private async follow(key: 'Tab' | 'Shift+Tab', limit = 120): Promise<Focused[]> {
    const reached: Focused[] = [];
    while (reached.length < limit) {
      await this.page.keyboard.press(key);
      const focused = await this.focused();
      // A browser without a window has nothing beside the page, and may go round.
      if (!focused || focused.place === reached[0]?.place) return reached;
      reached.push(focused);
    }
    throw new Error(`the focus does not leave the page: ${reached.at(-1)?.tag}`);
  }

  /** Presses Tab until the element has the focus; it is then marked. */
  async goTo(selector: string, limit = 120): Promise<void> {
    await this.page.waitForSelector(selector);
    const hasFocus = `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`;
    for (let presses = 0; presses <= limit; presses++) {
      if (await this.page.evaluate<boolean>(hasFocus)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${selector} on ${this.page.url()}`);
  }

  /** Types into a field, in place of what is in it. */
  async type(selector: string, text: string): Promise<void> {
    await this.goTo(selector);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  /** Presses a button or follows a link. */
  async press(selector: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await this.goTo(selector);
    await this.page.keyboard.press(key);
  }
}
