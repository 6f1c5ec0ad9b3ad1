/** Name of the inline policy that a containment puts on the role of a proxy box. */
export const DENIAL = 'airlock-containment';
