// Tells whether two addresses of a private stream lead to the same place.

// The header of a JWT begins with {" and therefore with eyJ.
export const jwt = /eyJ[\w-]*\.([\w-]+)\.[\w-]*/g;

/** The address with what its tokens give access to in place of the tokens: these are new with each answer. */
export function placeOf({ url }: { url: string }): string {
  return url.replace(jwt, (token, claims: string) => {
    try {
      const { sub } = JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/'))) as { sub?: unknown };
      return typeof sub === 'string' ? sub : token;
    } catch {
      return token;
    }
  });
}
