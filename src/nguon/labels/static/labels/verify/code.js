// A code taken apart as stamps/coded.py does it, to the letter; test_browser_verify.py ties them.

const HOME = "https://id.gs1.org/";
const COVERED = ["10", "11", "13", "15", "16", "17", "7003"];
const SEALS = ["8030", "sig"];

// Primary keys: the shape of their value, and what may qualify them, in path order.
const KEYS = {
  "00": [/^\d{18}$/],
  "01": [/^(\d{8}|\d{12,14})$/, "22", "10", "21"],
  "253": [/^\d{13}/],
  "255": [/^\d{13}/],
  "401": [/^\d{4}./],
  "402": [/^\d{17}$/],
  "414": [/^\d{13}$/, "254"],
  "415": [/^\d{13}$/, "8020"],
  "417": [/^\d{13}$/],
  "8003": [/^\d{14}/],
  "8004": [/^\d{4}./],
  "8006": [/^\d{18}$/, "22", "10", "21"],
  "8010": [/^\d{4}./, "8011"],
  "8013": [/^\d{4}./],
  "8017": [/^\d{18}$/, "8019"],
  "8018": [/^\d{18}$/, "8019"],
};
const NAMES = { gtin: "01", cpv: "22", lot: "10", ser: "21" };

// Digits of an AI and length of its value, by its first two digits (GS1 7.8.5).
const width = (two) => (/3[1-69]|43|7[0-2]|8[0-2]/.test(two) ? 4 : /2[3-5]|4[0-2]/.test(two) ? 3 : 2);
const FIXED = { "00": 18, "01": 14, "02": 14, "03": 14, 20: 2, 41: 13 };
const length = (two) => FIXED[two] || (/1[1-8]|3[1-6]/.test(two) ? 6 : Infinity);

// -> { code, elements, covered, uncovered, seal }, or null for what is no code.
export function takeApart(text) {
  const code = text.trim();
  if (/^[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(:\d+)?\//.test(code)) return fromLink("https://" + code);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(code)) return fromLink(code);
  const bare = code.replace(/^\][A-Za-z][0-9A-Za-z]/, "");
  if (bare.startsWith("(")) return fromElements(readBracketed(bare));
  if (/^\d{8}$|^\d{12,14}$/.test(bare)) return found([["01", pad("01", bare)]], [], "");
  return fromElements(readJoined(bare.replace(/\x1d|\^|<GS>|\u241d|\{GS\}/gi, "\x1d").replace(/^\x1d/, "")));
}

function fromLink(text) {
  const [link, ...fragment] = text.split("#");
  const [base, ...rest] = link.split("?");
  const pairs = rest.join("?").split("&").filter(Boolean).map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, "", pair] : [pair.slice(0, at), decode(pair.slice(at + 1)), pair];
  });
  const seals = pairs.filter(([name]) => SEALS.includes(name));
  if (seals.length > 1) return null;
  const seal = seals.length ? seals[0][1] : "";
  const [, scheme, path] = /^([^:]+):\/\/[^/]+\/?(.*)$/.exec(base) || [];
  const segments = (path || "").replace(/\/$/, "").split("/");
  const start = /^https?$/i.test(scheme) ? segments.findIndex((name, at) => isKey(name, segments[at + 1])) : -1;
  if (start < 0) {
    // A code of one's own is signed letter by letter; scheme and host are told without case.
    const kept = pairs.filter(([name]) => !SEALS.includes(name)).map(([, , pair]) => pair).join("&");
    const code = base.replace(/^[^:]+:\/\/[^/]*/, (name) => name.toLowerCase()) + (kept && "?" + kept) + (fragment.length ? "#" + fragment.join("#") : "");
    return { code, elements: [], covered: [], uncovered: [], seal };
  }
  const elements = [];
  for (let at = start; at + 1 < segments.length; at += 2) {
    const ai = NAMES[segments[at]] || segments[at];
    elements.push([ai, pad(ai, decode(segments[at + 1]))]);
  }
  const attributes = pairs.filter(([name]) => /^\d+$/.test(name) && name !== "8030");
  return found(elements, attributes, seal);
}

function isKey(name, value) {
  const ai = NAMES[name] || name;
  if (!value || !KEYS[ai] || !KEYS[ai][0].test(decode(value))) return false;
  // Eight digits after /01/ are as likely a date: only a right check digit speaks for a GTIN.
  return ai !== "01" || value.length !== 8 || hasCheckDigit(value);
}

function hasCheckDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, at) => total + digit * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

function fromElements(elements) {
  const at = elements ? elements.findIndex(([ai]) => KEYS[ai]) : -1;
  if (at < 0) return null;
  const [key, values] = [elements[at], Object.fromEntries([...elements].reverse())];
  const path = KEYS[key[0]].slice(1).filter((ai) => ai in values);
  const rest = elements.filter(([ai]) => ![key[0], ...path, "8030"].includes(ai));
  return found([key, ...path.map((ai) => [ai, values[ai]])], rest, values["8030"] || "");
}

function readBracketed(text) {
  const pieces = text.replace(/\\\(/g, "\x01").split(/\((\d{2,4})\)/);
  const elements = [];
  for (let at = 1; at < pieces.length; at += 2) elements.push([pieces[at], pieces[at + 1].trim().replace(/\x01/g, "(")]);
  return elements.some(([, value]) => !value) ? null : elements;
}

function readJoined(text) {
  const elements = [];
  for (let at = 0; at < text.length; ) {
    const two = text.slice(at, at + 2);
    const from = at + width(two);
    const separator = text.indexOf("\x1d", from);
    const end = Math.min(separator < 0 ? text.length : separator, from + length(two));
    const ai = text.slice(at, from);
    if (!/^\d+$/.test(ai) || end <= from) return null;
    elements.push([ai, text.slice(from, end)]);
    at = end + (text[end] === "\x1d" ? 1 : 0);
  }
  return elements;
}

function found(elements, attributes, seal) {
  const code = HOME + elements.map(([ai, value]) => ai + "/" + encode(value)).join("/");
  const covered = attributes.filter(([ai]) => COVERED.includes(ai)).map(([ai, value]) => [ai, value]).sort();
  const uncovered = attributes.filter(([ai]) => !COVERED.includes(ai));
  return { code, elements, covered, uncovered, seal };
}

// What is signed: one line for each part, and no part holds a line break.
export function message(kid, coded) {
  const lines = ["nguon-seal-1", "kid:" + kid, "code:" + coded.code, ...coded.covered.map((each) => each.join(":"))];
  return lines.some((line) => line.includes("\n")) ? null : new TextEncoder().encode(lines.join("\n"));
}

const pad = (ai, value) => (ai === "01" && /^(\d{8}|\d{12,13})$/.test(value) ? value.padStart(14, "0") : value);
const encode = (value) => encodeURIComponent(value).replace(/[!'()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
