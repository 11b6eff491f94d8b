// Is a signature right? By the browser's own Ed25519, else by the one that the build put here.
// Statuses are those of stamps/seal.py.

const version = new URL(import.meta.url).search;
const { message, takeApart } = await import("./code.js" + version);

const SIGNATURE = 86;

// -> { status, coded, kid, issuer, day }; "unable" where this browser cannot check at all.
export async function check(text, keys, today) {
  const coded = takeApart(text);
  if (!coded) return { status: "unreadable" };
  if (!coded.seal) return { status: "unsigned", coded };
  const kid = coded.seal.slice(SIGNATURE);
  const signature = readBytes(coded.seal.slice(0, SIGNATURE));
  const said = { coded, kid: kid.slice(0, 4) || "?" };
  if (!signature || signature.length !== 64 || !kid || kid.length > 4) return { ...said, status: "wrong" };
  const named = keys.filter((key) => key.kid === kid && key.crv === "Ed25519" && key.kty === "OKP");
  if (!named.length) return { ...said, status: "unknown_key" };
  const signed = message(kid, coded);
  if (!signed) return { status: "unreadable" };
  for (const key of named) {
    const right = await isRight(readBytes(key.x), signature, signed);
    if (right === null) return { ...said, status: "unable" };
    if (right) return { ...said, ...trust(key, today), issuer: key.issuer };
  }
  return { ...said, status: "wrong", issuer: named[0].issuer };
}

function trust(key, today) {
  if (key.revoked) return { status: "revoked", day: key.revoked };
  if (key.valid_until && today > key.valid_until) return { status: "expired", day: key.valid_until };
  return { status: "genuine" };
}

async function isRight(key, signature, signed) {
  try {
    const own = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", own, signature, signed);
  } catch {
    // Not in this browser.
  }
  try {
    const { verifyAsync } = await import("./vendor/noble-ed25519.js" + version);
    return await verifyAsync(signature, signed, key, { zip215: false });
  } catch {
    return null;
  }
}

// Base64url without padding in its one right spelling: spare bits are zero.
function readBytes(text) {
  if (!/^[\w-]+$/.test(text) || (text.length === SIGNATURE && !/[AQgw]$/.test(text))) return null;
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
}
