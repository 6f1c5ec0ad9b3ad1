export const costLines = (_: number): string[] => [];
