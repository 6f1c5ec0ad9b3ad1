/** What config/presets/telegram.yaml wants in place of the bot's token. */
export const TELEGRAM_PLACEHOLDER = '123456:place;holder';
