"""A host for Earnest plugins on the wasmtime package. It knows nothing but the section `earnest` of a module: see docs/plugin-abi.md.

    python host.py run PLUGIN EVENTS       decisions of a file of events, as `earnest run` writes them; counters and records in memory
    python host.py replay PLUGIN INPUTS    inputs written by `earnest run --record`: decisions must be the same, byte for byte
"""

import json
import re
import struct
import sys
from datetime import date, datetime, timezone
from pathlib import Path

import wasmtime

ABSENT = -(2**63)
MOST = ABSENT + 1
AS_TEXT = -1
AS_JSON = -2
WORD = 8
EPOCH = date(1970, 1, 1)


class InputError(Exception):
    """Input that cannot be decided: which field, and why."""

    def __init__(self, field, reason):
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class Number(str):
    """A number of JSON, as it was written: so nothing of it is lost."""


def compact(value):
    """JSON text without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def decimal(field, text, scale):
    """A decimal as a whole number of so many decimals."""
    match = isinstance(text, str) and re.fullmatch(r"\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*", text, re.ASCII)
    if not match or not (match[2] or match[3]):
        raise InputError(field, f"{text!r} is no number")
    digits = match[2] + (match[3] or "")
    power = scale + int(match[4] or 0) - len(match[3] or "")
    if abs(power) > 80:
        raise InputError(field, "it has too many digits")
    number = int(digits) * 10 ** max(power, 0)
    number = exactly(field, number, 10 ** max(-power, 0))
    return -number if match[1] == "-" else number


def exactly(field, number, by):
    if number % by:
        raise InputError(field, "it has too many decimals")
    return number // by


def instant(field, text):
    """RFC 3339 as seconds since 1970, nanoseconds, offset in seconds."""
    pattern = r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))"
    match = isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII)
    if not match:
        raise InputError(field, f"{text!r} is no date and time; write it as `2024-10-05T18:00:00+08:00`")
    offset = (int(match[9] or 0) * 3600 + int(match[10] or 0) * 60) * (-1 if match[8] == "-" else 1)
    local = datetime(*(int(part) for part in match.groups()[:6]), tzinfo=timezone.utc)
    return int(local.timestamp()) - offset, int((match[7] or "0").ljust(9, "0")), offset


class Frame:
    """A frame under construction: words, texts behind them."""

    def __init__(self):
        self.bytes = bytearray()

    def words(self, count):
        self.bytes.extend(bytes(-len(self.bytes) % WORD))
        at = len(self.bytes)
        self.bytes.extend(struct.pack("<q", ABSENT) * count)
        return at

    def set(self, at, word):
        struct.pack_into("<Q", self.bytes, at, word & (2**64 - 1))

    def text(self, text):
        utf8 = text.encode()
        at = len(self.bytes)
        self.bytes.extend(utf8)
        return at | len(utf8) << 32

    def list(self, count, stride):
        at = self.words(count * stride)
        return at, at | count << 32


class Plugin:
    """A plugin that was made ready."""

    def __init__(self, module):
        self.abi = json.loads(section(module))
        if self.abi["abi"] != 1:
            raise ValueError(f"this host knows version 1 of the interface, the plugin has {self.abi['abi']}")
        self.store = wasmtime.Store()
        instance = wasmtime.Instance(self.store, wasmtime.Module(self.store.engine, module), [])
        self.calls = instance.exports(self.store)

    def version_at(self, seconds):
        """The version that answers for an instant, in seconds since 1970."""
        started = [at for at, one in enumerate(self.abi["versions"]) if one["from"] <= seconds]
        until = [self.abi["versions"][at]["until"] for at in started]
        in_force = [at for at, end in zip(started, until) if end is None or seconds < end]
        return (in_force or started or [0])[-1]

    def frame(self, text, version=None, facts=(), records=(), counters=None):
        """The frame of an event with what is attached to it; counters are [key, text of JSON]."""
        event = json.loads(text, parse_int=Number, parse_float=Number)
        seconds, nanoseconds, offset = instant("at", event.get("at"))
        version = self.version_at(seconds) if version is None else version
        kinds, enums = self.abi["versions"][version]["kinds"], self.abi["versions"][version]["enums"]
        kind = next((at for at, one in enumerate(kinds) if one["type"] == event.get("type")), None)
        if kind is None:
            raise InputError("type", f"`{event.get('type')}` is no kind of event of this programme")
        frame = Frame()
        frame.words(kinds[kind]["words"])
        fill(frame, enums, kinds[kind]["fields"], 0, event, "")

        def texts(rows, stride):
            at, rows_at = frame.list(len(rows), stride)
            for place, word in enumerate(word for row in rows for word in row):
                frame.set(at + place * WORD, frame.text(word) if isinstance(word, str) else word)
            return rows_at

        head = {
            "version": version, "kind": kind, "seconds": seconds, "nanoseconds": nanoseconds, "offset": offset,
            "id": frame.text(event["id"]), "json": frame.text(text),
            "customer": ABSENT if event.get("customer") is None else frame.text(event["customer"]),
            "facts": texts(facts, 3), "records": texts([[record] for record in records], 1),
            "counters": ABSENT if counters is None else texts([[key, AS_TEXT, value] for key, value in counters], 3),
        }
        for at, name in enumerate(self.abi["head"]):
            frame.set(at * WORD, head[name])
        return bytes(frame.bytes)

    def ask(self, call, frame):
        """The answer to a frame."""
        places, memory = self.abi["input"], self.calls["memory"]
        if len(frame) > places["bytes"]:
            raise InputError("event", f"it takes {len(frame)} bytes; the plugin reads {places['bytes']}")
        memory.write(self.store, frame, places["at"])
        length = self.calls[call](self.store, len(frame)) & 0xFFFFFFFF
        places = self.abi["output"]
        if length > places["bytes"]:
            raise ValueError("the answer is longer than the output area")
        answer = Answer(bytes(memory.read(self.store, places["at"], places["at"] + length)), self.abi["symbols"])
        if answer.word(0) == 1:
            raise InputError(answer.text(answer.word(WORD)), answer.text(answer.word(2 * WORD)))
        return answer

    def keys(self, frame):
        """The counters that a decision depends on."""
        answer = self.ask("keys", frame)
        return [answer.text(answer.word(at)) for at in answer.list(answer.word(WORD), 1)]

    def decide(self, frame):
        """A decision as JSON text, and the text of its record."""
        answer = self.ask("decide", frame)
        return answer.json(self.abi["decision"], 2 * WORD), answer.text(answer.word(WORD))


def section(module):
    """The custom section `earnest` of a module: sections have an id, a length in groups of seven bits, and their bytes."""
    at = 8
    while at < len(module):
        kind, length, shift = module[at], 0, 0
        while True:
            at, length, shift = at + 1, length | (module[at + 1] & 0x7F) << shift, shift + 7
            if module[at] < 0x80:
                break
        body, at = module[at + 1 : at + 1 + length], at + 1 + length
        if kind == 0 and body.startswith(b"\x07earnest"):
            return body[8:]
    raise ValueError("this is no Earnest plugin")


def fill(frame, enums, fields, first, given, path):
    for field in fields:
        found = [one for one in field["json"] if given.get(one["name"]) is not None]
        name = path + (found or field["json"])[0]["name"]
        if len(found) > 1:
            raise InputError(name, f"it is given as `{path}{found[1]['name']}` too")
        if not found:
            if field["optional"] or name == "customer":
                continue
            raise InputError(name, "it is missing")
        at, value = first + field["slot"] * WORD, given[found[0]["name"]]
        if field.get("most") and value == "max":
            words = [MOST, MOST]
        else:
            words = FORMS[field["form"]](frame, enums, field, name, value, found[0].get("factor", 1))
        # Only long numbers and instants take two words.
        for place, word in enumerate(words if field["form"] in ("wide", "instant") else words[:1]):
            frame.set(at + place * WORD, word)


def text(name, value):
    if not isinstance(value, str) or isinstance(value, Number):
        raise InputError(name, f"{value!r} is no text")
    return value


def number(frame, enums, field, name, value, factor):
    scale = field["scale"]
    if field.get("percent") and isinstance(value, str) and value.strip().endswith("%"):
        whole = exactly(name, decimal(name, value.strip()[:-1], scale), 100)
    elif factor > 1:
        whole = exactly(name, decimal(name, value, 6) * factor, 1_000_000)
    else:
        whole = decimal(name, value, scale)
    return [whole, whole >> 64]


def flag(frame, enums, field, name, value, factor):
    if isinstance(value, Number) or value not in (True, "true", "yes", False, "false", "no"):
        raise InputError(name, "it is neither `true` nor `false`")
    return [value in (True, "true", "yes")]


def day(frame, enums, field, name, value, factor):
    try:
        return [(date.fromisoformat(text(name, value)) - EPOCH).days]
    except ValueError as error:
        raise InputError(name, f"`{value}` is no date") from error


def time(frame, enums, field, name, value, factor):
    match = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?", text(name, value), re.ASCII)
    if not match:
        raise InputError(name, f"`{value}` is no time of day")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return [(hours * 3600 + minutes * 60 + seconds) * 10**9]


def enum(frame, enums, field, name, value, factor):
    known = enums[field["names"]]
    if text(name, value) in known["names"]:
        return [known["names"].index(value)]
    if not known["open"]:
        raise InputError(name, f"`{value}` is none of {', '.join(known['names'])}")
    return [len(known["names"])]


def code(frame, enums, field, name, value, factor):
    digits = value.rjust(field["digits"], "0") if isinstance(value, Number) else text(name, value)
    if not re.fullmatch(rf"\d{{{field['digits']}}}", digits, re.ASCII):
        raise InputError(name, f"`{digits}` is no code of {field['digits']} digits")
    return [int(digits)]


def elements(frame, enums, field, name, value, factor):
    if not isinstance(value, list):
        raise InputError(name, "it is no list")
    if len(value) > field["longest"]:
        raise InputError(name, f"it has {len(value)} elements; at most {field['longest']} are allowed")
    first, rows = frame.list(len(value), field["words"])
    for place, element in enumerate(value):
        bare = len(field["members"]) == 1 and not isinstance(element, dict)
        given = {field["members"][0]["json"][0]["name"]: element} if bare else element
        fill(frame, enums, field["members"], first + place * field["words"] * WORD, given, f"{name}[{place}].")
    return [rows]


FORMS = {
    "number": number, "wide": number, "flag": flag, "date": day, "time": time, "enum": enum, "code": code, "list": elements,
    "instant": lambda frame, enums, field, name, value, factor: instant(name, value)[:2],
    "text": lambda frame, enums, field, name, value, factor: [frame.text(text(name, value))],
}


class Answer:
    """An answer in words."""

    def __init__(self, area, symbols):
        self.area, self.symbols = area, symbols

    def word(self, at):
        return struct.unpack_from("<q", self.area, at)[0]

    def text(self, reference):
        at, length = reference & 0xFFFFFFFF, reference >> 32
        return self.area[at : at + length].decode()

    def list(self, reference, stride):
        if reference == ABSENT:
            return []
        at = reference & 0xFFFFFFFF
        return [at + place * stride * WORD for place in range(reference >> 32)]

    def json(self, shape, at):
        """A value of a shape as JSON text; none where it is absent."""
        word = self.word(at)
        if shape == "value":
            return self.value(at)
        if shape == "flag":
            return "true" if word == 1 else "false"
        if shape in ("text", "symbol") and word == ABSENT:
            return None
        if shape in ("text", "symbol"):
            return compact(self.text(word) if shape == "text" else self.symbols[word] if word >= 0 else self.text(~word))
        if "list" in shape:
            inner = shape["list"]
            return "[" + ",".join(self.json(inner, one) or "null" for one in self.list(word, size(inner))) + "]"
        parts = []
        for part in shape.get("tuple") or shape["object"]:
            inner = part["shape"] if "object" in shape else part
            told = self.json(inner, at)
            at += size(inner) * WORD
            if "tuple" in shape:
                parts.append(told or "null")
            elif not (part.get("omit") and told in (None, "false", "[]")):
                parts.append(f"{compact(part['name'])}:{told or 'null'}")
        return "[" + ",".join(parts) + "]" if "tuple" in shape else "{" + ",".join(parts) + "}"

    def value(self, at):
        low, high, scale = (self.word(at + place * WORD) for place in range(3))
        if scale == ABSENT:
            return None
        if scale == AS_TEXT:
            return compact(self.text(low))
        if scale == AS_JSON:
            return self.text(low)
        number = high << 64 | low & (2**64 - 1)
        digits = str(abs(number)).rjust(scale + 1, "0")
        whole, part = digits[: len(digits) - scale], digits[len(digits) - scale :]
        return f'"{"-" if number < 0 else ""}{whole}{"." + part if scale else ""}"'


def size(shape):
    if shape == "value":
        return 3
    if isinstance(shape, dict) and "list" not in shape:
        return sum(size(part["shape"] if "object" in shape else part) for part in shape.get("tuple") or shape["object"])
    return 1


def replay(plugin, lines):
    """Decides recorded inputs again: what differs."""
    for number, line in enumerate(lines, 1):
        given = json.loads(line)
        attached = {name: given[name] for name in ("version", "facts", "records")}
        told = given["told"]
        try:
            keys = plugin.keys(plugin.frame(given["event"], **attached))
            if keys != given["keys"]:
                yield f"line {number}: other keys: {keys}"
            ours = plugin.decide(plugin.frame(given["event"], **attached, counters=given["counters"]))
            same = ours == (told.get("decision"), told.get("record"))
        except InputError as error:
            ours = [error.field, error.reason]
            same = error.field == told.get("error", [None])[0]
        if not same:
            yield f"line {number}:\n  {ours}\n  {told}"


def run(plugin, lines):
    """Decides events one after the other, with counters and records in memory."""
    counters, records = {}, []
    for line in lines:
        named = [value for value in json.loads(line).values() if isinstance(value, str)]
        attached = [text for event, names, text in records if event in named or any(name in named for name in names)]
        keys = plugin.keys(plugin.frame(line, records=attached))
        read = [[key, counters[key]] for key in keys if key in counters]
        decision, text = plugin.decide(plugin.frame(line, records=attached, counters=read))
        for change in json.loads(decision)["counters"]:
            counters[change["key"]] = compact(change["after"])
        record = json.loads(text)
        if record["may_be_named"] or record["names"]:
            records.append((record["event"], record["names"], text))
        yield decision


def main(arguments):
    verb, files = (arguments or [""])[0], [Path(file) for file in arguments[1:]]
    pairs = [(module, [line for line in inputs.read_text("utf-8").split("\n") if line.strip()]) for module, inputs in zip(files[::2], files[1::2])]
    if verb == "run" and len(files) == 2:
        for decision in run(Plugin(files[0].read_bytes()), pairs[0][1]):
            print(decision)
        return 0
    if verb == "replay" and files and len(files) % 2 == 0:
        wrong = [f"{module}, {one}" for module, lines in pairs for one in replay(Plugin(module.read_bytes()), lines)]
        print("\n".join([*wrong, f"{sum(len(lines) for _, lines in pairs)} decisions, {len(wrong)} differ"]))
        return 1 if wrong else 0
    print("usage: host.py run PLUGIN EVENTS | host.py replay PLUGIN INPUTS [PLUGIN INPUTS]...", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
