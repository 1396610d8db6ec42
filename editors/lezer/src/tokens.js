// Words and line ends, as the language's own lexer and layout have them.
import { ExternalTokenizer } from "@lezer/lr"
import { LineEnd, ignoredLineEnd, DeclarationWord, Keyword, Name } from "./parser.terms.js"
import { declarations, keywords, endsOpen, beginsOpen } from "./keywords.js"

const han = /\p{Script=Han}/u, letter = /\p{L}/u, mark = /\p{M}/u, digit = /[0-9０-９]/
const blank = /[ \t\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{2000}-\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]/u

/** The character at a distance from where the input stands, surrogates put together; "" at either end. */
function at(input, offset) {
  const code = input.peek(offset)
  if (code < 0) return ""
  if (code >= 0xd800 && code < 0xdc00) return String.fromCharCode(code, input.peek(offset + 1))
  return String.fromCharCode(code)
}

/** Full-width letters, digits and `_` as their half-width twins. */
const halfWidth = (text) => text.normalize("NFC").replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))

/** The length of the word at a distance: digits follow a letter, a digit or `_`, never a Han character; 每 is a word of its own. */
function wordLength(input, start) {
  let length = 0, digits = false
  for (;;) {
    const c = at(input, start + length)
    if (c === "") break
    if (length === 0) {
      if (c === "每") return 1
      if (!letter.test(c)) return 0
      digits = !han.test(c)
    } else if (digit.test(c)) {
      if (!digits) break
    } else if (c === "_" || c === "＿") {
      digits = true
    } else if (han.test(c)) {
      digits = false
    } else if (letter.test(c) || mark.test(c)) {
      digits = true
    } else break
    length += c.length
  }
  return length
}

function wordAt(input, start) {
  const length = wordLength(input, start)
  let text = ""
  for (let i = 0; i < length; i++) text += String.fromCharCode(input.peek(start + i))
  return halfWidth(text)
}

function skipBlanks(input, offset) {
  while (blank.test(at(input, offset) || "x")) offset++
  return offset
}

/** How many words of a phrase follow from a distance on: all of them, or none. */
function follows(input, offset, phrase) {
  for (const word of phrase) {
    offset = skipBlanks(input, offset)
    const length = wordLength(input, offset)
    if (wordAt(input, offset) !== word) return false
    offset += length
  }
  return true
}

export const words = new ExternalTokenizer((input, stack) => {
  const length = wordLength(input, 0)
  if (!length) return
  const word = wordAt(input, 0)
  const next = at(input, skipBlanks(input, length))
  // A key of a record or the name of a path is no word of the language, whatever it is called.
  const named = /[:：.．]/.test(next) || /[.．]/.test(at(input, -1))
  let term = Name
  if (keywords.has(word) && !named) term = Keyword
  const phrases = declarations.get(word)
  if (phrases && (!/[.．]/.test(next)) && stack.canShift(DeclarationWord)) {
    // `refunds:` is the one declaration with a colon behind its word.
    const fits = phrases.some((phrase) => follows(input, length, phrase.rest) && (!/[:：]/.test(next) || phrase.colon))
    if (fits) term = DeclarationWord
  }
  input.acceptToken(term, length)
})

/** The last token before a distance, its line's comment left out: a word, or a mark. Lines without a token are passed over. */
function before(input, offset) {
  for (;;) {
    let start = offset
    while (start > -100000) {
      const code = input.peek(start - 1)
      if (code < 0 || code === 10 || code === 13) break
      start--
    }
    let line = ""
    for (let i = start; i < offset; i++) line += String.fromCharCode(input.peek(i))
    const text = withoutComment(line).trimEnd()
    if (text) return lastToken(text)
    if (input.peek(start - 1) < 0) return ""
    offset = start - 1
    if (input.peek(offset) === 10 && input.peek(offset - 1) === 13) offset--
  }
}

function withoutComment(line) {
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    if (/["“”＂]/.test(line[i])) quoted = !quoted
    else if (!quoted && /[/／]/.test(line[i]) && /[/／]/.test(line[i + 1] || "")) return line.slice(0, i)
  }
  return line
}

function lastToken(text) {
  const word = text.match(/[\p{L}\p{M}_＿][\p{L}\p{M}_＿0-9０-９]*$/u)
  if (word) return word[0].startsWith("每") && word[0].length > 1 ? halfWidth(word[0].slice(1)) : halfWidth(word[0])
  return text[text.length - 1]
}

const goesOnAfter = (token) => {
  if (/["”＂]$/.test(token)) return false
  if (/^[\p{L}_]/u.test(token)) return endsOpen.has(token)
  return /^[,，、:：([（［=＝<>＜＞≠≤≥+\-−*/＋－＊／]$/.test(token)
}

/** Whether the next line that has a token goes on from the one before. */
function goesOnBefore(input, offset) {
  for (;;) {
    const c = at(input, offset)
    if (c === "") return false
    if (blank.test(c) || c === "\n" || c === "\r") offset += c.length
    else if (/[/／]/.test(c) && /[/／]/.test(at(input, offset + 1))) {
      while (at(input, offset) !== "" && !/[\n\r]/.test(at(input, offset))) offset++
    } else break
  }
  const word = wordAt(input, offset)
  if (word === "per") return follows(input, offset, ["per", "full"]) || follows(input, offset, ["per", "started"])
  if (word === "每") return follows(input, offset, ["每", "满"]) || follows(input, offset, ["每", "起"])
  if (word) return beginsOpen.has(word)
  const c = at(input, offset)
  return /[,，、=＝<>＜＞≠≤≥+*/＋＊／{｛]/.test(c) || (/[!！]/.test(c) && /[=＝]/.test(at(input, offset + 1)))
}

export const lineEnds = new ExternalTokenizer((input, stack) => {
  if (input.next !== 10 && input.next !== 13) return
  const length = input.next === 13 && input.peek(1) === 10 ? 2 : 1
  const counts = stack.canShift(LineEnd) && !goesOnAfter(before(input, 0)) && !goesOnBefore(input, length)
  input.acceptToken(counts ? LineEnd : ignoredLineEnd, length)
}, { contextual: true })
