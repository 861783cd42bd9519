/** True for a file that does something when it is run: it has Python's main guard. */
export function looksLikeScript(text: string): boolean {
  return /^if[ \t]+\(?[ \t]*(?:__name__[ \t]*==[ \t]*(['"])__main__\1|(['"])__main__\2[ \t]*==[ \t]*__name__)/m.test(
    text,
  );
}
