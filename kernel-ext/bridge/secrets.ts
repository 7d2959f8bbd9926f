// What looks like a token or a password: left out of histories, and masked in error reports.

/** Tokens by their well-known prefixes. */
const TOKEN = /\b(hf_|ghp_|gho_|ghs_|github_pat_|sk-|xox[abp]-|npm_|pypi-|glpat-|AKIA)[A-Za-z0-9_-]{12,}/;

/** Assignments of long literals to names that say secret. */
const ASSIGNED = /((?:password|passwd|secret|token|api_?key)\w*["']?\s*[:=]\s*["'`])[^"'`\s]{8,}(["'`])/i;

/** Whether a text holds something that should not be kept. */
export function looksSecret(text: string): boolean {
  return TOKEN.test(text) || ASSIGNED.test(text);
}

/** A password shorter than this could be any word, and masking it would make reports unreadable. */
const LEAST_TYPED = 6;

/** `text` with tokens, passwords in literals, and what was `typed` at a password prompt replaced by an ellipsis. */
export function withoutSecrets(text: string, typed: Iterable<string> = []): string {
  let masked = text.replace(new RegExp(TOKEN, "g"), "$1…").replace(new RegExp(ASSIGNED, "gi"), "$1…$2");
  for (const secret of typed) if (secret.length >= LEAST_TYPED) masked = masked.replaceAll(secret, "…");
  return masked;
}
