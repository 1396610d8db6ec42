// A host for Earnest plugins on Node's own WebAssembly. It knows nothing but the section `earnest` of a module: see docs/plugin-abi.md.
//
//   node host.mjs run PLUGIN EVENTS       decisions of a file of events, as `earnest run` writes them; counters and records in memory
//   node host.mjs replay PLUGIN INPUTS    inputs written by `earnest run --record`: decisions must be the same, byte for byte

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ABSENT = -(2n ** 63n);
const MOST = ABSENT + 1n;
const AS_TEXT = -1n;
const AS_JSON = -2n;
const WORD = 8;
const DAY = 86_400_000;

/** Input that cannot be decided: which field, and why. */
export class InputError extends Error {
  constructor(field, reason) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}

/** JSON with its numbers as text, so that nothing of them is lost. */
export function parse(text) {
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (part) =>
    part.startsWith('"') ? part : `{"":"${part}"}`,
  );
  return JSON.parse(exact, (_, value) => (value && typeof value === "object" && "" in value ? new Number_(value[""]) : value));
}

/** A number of JSON, as it was written. */
class Number_ {
  constructor(text) {
    this.text = text;
  }
}
const written = (value) => (value instanceof Number_ ? value.text : value);

/** A decimal as a whole number of so many decimals. */
function decimal(field, value, scale) {
  const text = written(value);
  const match = typeof text === "string" && /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  if (!match || (match[2] === "" && !match[3])) throw new InputError(field, `${JSON.stringify(text)} is no number`);
  const [, sign, whole, part = "", exponent = "0"] = match;
  let digits = whole + part;
  const point = whole.length + Number(exponent) + scale;
  if (Math.abs(point) > 80) throw new InputError(field, "it has too many digits");
  digits = point >= digits.length ? digits.padEnd(point, "0") : digits.padStart(digits.length - Math.min(point, 0), "0");
  const kept = point >= digits.length ? digits : digits.slice(0, Math.max(point, 0));
  if (/[1-9]/.test(digits.slice(kept.length))) throw new InputError(field, `\`${text}\` has more than ${scale} decimals`);
  const number = BigInt(kept || "0");
  return sign === "-" ? -number : number;
}

/** A frame under construction: words, texts behind them. */
class Frame {
  bytes = new DataView(new ArrayBuffer(4096));
  length = 0;

  room(bytes) {
    while (this.length + bytes > this.bytes.byteLength) {
      const more = new Uint8Array(this.bytes.byteLength * 2);
      more.set(new Uint8Array(this.bytes.buffer));
      this.bytes = new DataView(more.buffer);
    }
    const at = this.length;
    this.length += bytes;
    return at;
  }

  words(count) {
    this.length = Math.ceil(this.length / WORD) * WORD;
    const at = this.room(count * WORD);
    for (let word = 0; word < count; word += 1) this.set(at + word * WORD, ABSENT);
    return at;
  }

  set(at, word) {
    this.bytes.setBigInt64(at, BigInt.asIntN(64, BigInt(word)), true);
  }

  text(text) {
    const utf8 = new TextEncoder().encode(text);
    const at = this.room(utf8.length);
    new Uint8Array(this.bytes.buffer).set(utf8, at);
    return BigInt(at) | (BigInt(utf8.length) << 32n);
  }

  list(count, stride) {
    const at = this.words(count * stride);
    return [at, BigInt(at) | (BigInt(count) << 32n)];
  }
}

/** A plugin that was made ready. */
export class Plugin {
  constructor(bytes) {
    const module = new WebAssembly.Module(bytes);
    const [section] = WebAssembly.Module.customSections(module, "earnest");
    if (!section) throw new Error("this is no Earnest plugin");
    this.abi = JSON.parse(new TextDecoder().decode(section));
    if (this.abi.abi !== 1) throw new Error(`this host knows version 1 of the interface, the plugin has ${this.abi.abi}`);
    this.calls = new WebAssembly.Instance(module, {}).exports;
  }

  /** The version that answers for an instant, in seconds since 1970. */
  versionAt(seconds) {
    const { versions } = this.abi;
    const started = (one) => one.from <= seconds;
    const inForce = versions.findLastIndex((one) => started(one) && (one.until === null || seconds < one.until));
    return inForce >= 0 ? inForce : Math.max(0, versions.findLastIndex(started));
  }

  /** The frame of an event with what is attached to it; counters are [key, text of JSON]. */
  frame(text, { version, facts = [], records = [], counters = null }) {
    const event = parse(text);
    const [seconds, nanoseconds, offset] = instant("at", event.at);
    const number = version ?? this.versionAt(Number(seconds));
    const { kinds, enums } = this.abi.versions[number];
    const kind = kinds.findIndex((one) => one.type === event.type);
    if (kind < 0) throw new InputError("type", `\`${event.type}\` is no kind of event of this programme`);
    const frame = new Frame();
    frame.words(kinds[kind].words);
    fill(frame, enums, kinds[kind].fields, 0, event, "");
    const texts = (rows, stride) => {
      const [at, list] = frame.list(rows.length, stride);
      rows.flat().forEach((word, place) => frame.set(at + place * WORD, typeof word === "string" ? frame.text(word) : word));
      return list;
    };
    const head = {
      version: number, kind, seconds, nanoseconds, offset,
      id: frame.text(event.id), customer: event.customer == null ? ABSENT : frame.text(event.customer), json: frame.text(text),
      facts: texts(facts, 3), records: texts(records.map((record) => [record]), 1),
      counters: counters ? texts(counters.map(([key, value]) => [key, AS_TEXT, value]), 3) : ABSENT,
    };
    this.abi.head.forEach((name, at) => frame.set(at * WORD, head[name]));
    return new Uint8Array(frame.bytes.buffer, 0, frame.length);
  }

  /** The answer to a frame, past its first word. */
  ask(call, frame) {
    const { input, output } = this.abi;
    if (frame.length > input.bytes) throw new InputError("event", `it takes ${frame.length} bytes; the plugin reads ${input.bytes}`);
    const memory = this.calls.memory.buffer;
    new Uint8Array(memory).set(frame, input.at);
    const length = this.calls[call](frame.length) >>> 0;
    if (length > output.bytes) throw new Error("the answer is longer than the output area");
    const answer = new Answer(new DataView(memory, output.at, length), this.abi.symbols);
    if (answer.word(0) === 1n) throw new InputError(answer.text(answer.word(WORD)), answer.text(answer.word(2 * WORD)));
    return answer;
  }

  /** The counters that a decision depends on. */
  keys(frame) {
    const answer = this.ask("keys", frame);
    return answer.list(answer.word(WORD), 1).map((at) => answer.text(answer.word(at)));
  }

  /** A decision as JSON text, and the text of its record. */
  decide(frame) {
    const answer = this.ask("decide", frame);
    return { record: answer.text(answer.word(WORD)), decision: answer.json(this.abi.decision, 2 * WORD) };
  }
}

/** RFC 3339 as seconds since 1970, nanoseconds, offset in seconds. */
function instant(field, text) {
  const match = typeof text === "string" && /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!match) throw new InputError(field, `${JSON.stringify(text)} is no date and time; write it as \`2024-10-05T18:00:00+08:00\``);
  const [, date, time, part = "", , sign = "+", hours = "0", minutes = "0"] = match;
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  return [BigInt(Date.parse(`${date}T${time}Z`) / 1000 - offset), BigInt(part.padEnd(9, "0")), BigInt(offset)];
}

/** Fields of an event, or members of a list's element, as words from `first` on. */
function fill(frame, enums, fields, first, given, path) {
  for (const field of fields) {
    const found = field.json.filter(({ name }) => given[name] !== undefined && given[name] !== null);
    const name = path + (found[0] ?? field.json[0]).name;
    if (found.length > 1) throw new InputError(name, `it is given as \`${path}${found[1].name}\` too`);
    if (found.length === 0) {
      if (field.optional || name === "customer") continue;
      throw new InputError(name, "it is missing");
    }
    const at = first + field.slot * WORD;
    const value = given[found[0].name];
    if (field.most && value === "max") {
      frame.set(at, MOST);
      if (field.form === "wide") frame.set(at + WORD, MOST);
    } else {
      word(frame, enums, field, at, value, name, BigInt(found[0].factor ?? 1));
    }
  }
}

/** One value. */
function word(frame, enums, field, at, value, name, factor) {
  const text = () => {
    if (typeof value !== "string") throw new InputError(name, `${JSON.stringify(written(value))} is no text`);
    return value;
  };
  switch (field.form) {
    case "number":
    case "wide": {
      const percent = field.percent && typeof value === "string" && value.trim().endsWith("%");
      let number = decimal(name, percent ? value.trim().slice(0, -1) : value, factor > 1n ? 6 : field.scale) * factor;
      if (percent || factor > 1n) number = exactly(name, number, percent ? 100n : 1_000_000n);
      frame.set(at, number);
      if (field.form === "wide") frame.set(at + WORD, number >> 64n);
      break;
    }
    case "flag":
      if (!/^(true|yes|false|no)$/.test(String(value))) throw new InputError(name, "it is neither `true` nor `false`");
      frame.set(at, /^(true|yes)$/.test(String(value)) ? 1 : 0);
      break;
    case "date": {
      const day = Date.parse(`${text()}T00:00:00Z`);
      if (!/^\d{4}-\d\d-\d\d$/.test(value) || Number.isNaN(day)) throw new InputError(name, `\`${value}\` is no date`);
      frame.set(at, day / DAY);
      break;
    }
    case "time": {
      const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text());
      if (!match) throw new InputError(name, `\`${value}\` is no time of day`);
      const [hours, minutes, seconds] = match.slice(1).map((part) => BigInt(part ?? 0));
      frame.set(at, (hours * 3600n + minutes * 60n + seconds) * 1_000_000_000n);
      break;
    }
    case "instant": {
      const [seconds, nanoseconds] = instant(name, text());
      frame.set(at, seconds);
      frame.set(at + WORD, nanoseconds);
      break;
    }
    case "enum": {
      const { names, open } = enums[field.names];
      const place = names.indexOf(text());
      if (place < 0 && !open) throw new InputError(name, `\`${value}\` is none of ${names.join(", ")}`);
      frame.set(at, place < 0 ? names.length : place);
      break;
    }
    case "code": {
      const code = value instanceof Number_ ? value.text.padStart(field.digits, "0") : text();
      if (!new RegExp(`^\\d{${field.digits}}$`).test(code)) throw new InputError(name, `\`${code}\` is no code of ${field.digits} digits`);
      frame.set(at, BigInt(code));
      break;
    }
    case "text":
      frame.set(at, frame.text(text()));
      break;
    case "list": {
      if (!Array.isArray(value)) throw new InputError(name, "it is no list");
      if (value.length > field.longest) throw new InputError(name, `it has ${value.length} elements; at most ${field.longest} are allowed`);
      const [first, list] = frame.list(value.length, field.words);
      frame.set(at, list);
      value.forEach((element, number) => {
        const bare = field.members.length === 1 && (typeof element !== "object" || element instanceof Number_);
        const given = bare ? { [field.members[0].json[0].name]: element } : element;
        fill(frame, enums, field.members, first + number * field.words * WORD, given, `${name}[${number}].`);
      });
      break;
    }
    default:
      throw new Error(`this host does not know the form \`${field.form}\``);
  }
}

/** A quotient that must be whole. */
function exactly(name, number, by) {
  if (number % by !== 0n) throw new InputError(name, "it has too many decimals");
  return number / by;
}
/** An answer in words. */
class Answer {
  constructor(view, symbols) {
    Object.assign(this, { view, symbols });
  }

  word(at) {
    return this.view.getBigInt64(at, true);
  }

  text(reference) {
    const [at, length] = [Number(reference & 0xffffffffn), Number(reference >> 32n)];
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + at, length));
  }

  list(reference, stride) {
    if (reference === ABSENT) return [];
    const at = Number(reference & 0xffffffffn);
    return Array.from({ length: Number(reference >> 32n) }, (_, number) => at + number * stride * WORD);
  }

  /** A value of a shape as JSON text; undefined where it is absent. */
  json(shape, at) {
    const word = this.word(at);
    if (shape === "text") return word === ABSENT ? undefined : JSON.stringify(this.text(word));
    if (shape === "symbol" && word === ABSENT) return undefined;
    if (shape === "symbol") return JSON.stringify(word >= 0n ? this.symbols[Number(word)] : this.text(~word));
    if (shape === "flag") return word === 1n ? "true" : "false";
    if (shape === "value") return this.value(at);
    if (shape.list) {
      const elements = this.list(word, size(shape.list)).map((element) => this.json(shape.list, element) ?? "null");
      return `[${elements.join(",")}]`;
    }
    if (shape.tuple) {
      const parts = shape.tuple.map((part) => [this.json(part, at) ?? "null", (at += size(part) * WORD)][0]);
      return `[${parts.join(",")}]`;
    }
    const members = [];
    for (const { name, shape: part, omit } of shape.object) {
      const text = this.json(part, at);
      at += size(part) * WORD;
      if (omit && (text === undefined || text === "false" || text === "[]")) continue;
      members.push(`${JSON.stringify(name)}:${text ?? "null"}`);
    }
    return `{${members.join(",")}}`;
  }

  value(at) {
    const [low, high, scale] = [0, 1, 2].map((word) => this.word(at + word * WORD));
    if (scale === ABSENT) return undefined;
    if (scale === AS_TEXT) return JSON.stringify(this.text(low));
    if (scale === AS_JSON) return this.text(low);
    const number = (high << 64n) | BigInt.asUintN(64, low);
    const digits = (number < 0n ? -number : number).toString().padStart(Number(scale) + 1, "0");
    const point = digits.length - Number(scale);
    const part = scale > 0n ? `.${digits.slice(point)}` : "";
    return `"${number < 0n ? "-" : ""}${digits.slice(0, point)}${part}"`;
  }
}

function size(shape) {
  if (shape === "value") return 3;
  const parts = shape.tuple ?? shape.object?.map((part) => part.shape);
  return parts ? parts.reduce((sum, part) => sum + size(part), 0) : 1;
}

/** Decides recorded inputs again; how many, and what differs. */
export function replay(plugin, lines) {
  const differs = [];
  lines.forEach((line, number) => {
    const { version, event, facts, records, keys, counters, told } = JSON.parse(line);
    let ours;
    try {
      const listed = plugin.keys(plugin.frame(event, { version, facts, records }));
      if (listed.join("\n") !== keys.join("\n")) differs.push(`line ${number + 1}: other keys: ${listed}`);
      ours = plugin.decide(plugin.frame(event, { version, facts, records, counters }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      ours = { error: [error.field, error.reason] };
    }
    const same = told.error ? ours.error?.[0] === told.error[0] : ours.decision === told.decision && ours.record === told.record;
    if (!same) differs.push(`line ${number + 1}:\n  ${JSON.stringify(ours)}\n  ${JSON.stringify(told)}`);
  });
  return differs;
}

/** Decides events one after the other, with counters and records in memory. */
export function* run(plugin, lines) {
  const counters = new Map();
  const records = [];
  for (const line of lines) {
    const event = JSON.parse(line);
    const named = records.filter((one) => Object.values(event).includes(one.event) || one.names.some((name) => Object.values(event).includes(name)));
    const attached = { records: named.map((one) => one.text) };
    const keys = plugin.keys(plugin.frame(line, attached));
    const read = keys.filter((key) => counters.has(key)).map((key) => [key, counters.get(key)]);
    const { decision, record } = plugin.decide(plugin.frame(line, { ...attached, counters: read }));
    for (const { key, after } of JSON.parse(decision).counters) counters.set(key, JSON.stringify(after));
    const { event: id, names, may_be_named } = JSON.parse(record);
    if (may_be_named || names.length > 0) records.push({ event: id, names, text: record });
    yield decision;
  }
}

function main([verb, ...files]) {
  const lines = (file) => readFileSync(file, "utf8").split("\n").filter((line) => line.trim() !== "");
  if (verb === "run" && files.length === 2) {
    for (const decision of run(new Plugin(readFileSync(files[0])), lines(files[1]))) console.log(decision);
  } else if (verb === "replay" && files.length >= 2 && files.length % 2 === 0) {
    let [count, wrong] = [0, 0];
    for (let at = 0; at < files.length; at += 2) {
      const inputs = lines(files[at + 1]);
      const differs = replay(new Plugin(readFileSync(files[at])), inputs);
      differs.forEach((one) => console.log(`${files[at + 1]}, ${one}`));
      [count, wrong] = [count + inputs.length, wrong + differs.length];
    }
    console.log(`${count} decisions, ${wrong} differ`);
    process.exitCode = wrong > 0 ? 1 : 0;
  } else {
    console.error("usage: node host.mjs run PLUGIN EVENTS | node host.mjs replay PLUGIN INPUTS [PLUGIN INPUTS]...");
    process.exitCode = 2;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
