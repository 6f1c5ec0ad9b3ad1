// Machine files (units, scripts, cloud-config) lie beside their construct and reach it as text:
// scripts/bundle.mjs embeds them, and vitest.config.mjs does the same for tests.
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.service' {
  const text: string;
  export default text;
}
declare module '*.timer' {
  const text: string;
  export default text;
}
declare module '*.slice' {
  const text: string;
  export default text;
}
declare module '*.conf' {
  const text: string;
  export default text;
}
declare module '*.cfg' {
  const text: string;
  export default text;
}
declare module '*.tmpl' {
  const text: string;
  export default text;
}
