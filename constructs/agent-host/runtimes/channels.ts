/** The placeholder that config/presets/telegram.yaml replaces with the bot's token. */
export const TELEGRAM_PLACEHOLDER = '123456:place;holder';
