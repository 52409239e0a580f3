/** An operator's mistake: one line that names the setting or the part, and the remedy. It ends the start. */
export class SettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingError';
  }
}
