// The TextMate grammar, with the engine that Visual Studio Code has.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import test from "node:test"

const require = createRequire(import.meta.url)
const textmate = require("vscode-textmate"), oniguruma = require("vscode-oniguruma")

const file = (path) => new URL(`../${path}`, import.meta.url)
await oniguruma.loadWASM(readFileSync(file("node_modules/vscode-oniguruma/release/onig.wasm")).buffer)
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file("syntaxes/earnest.tmLanguage.json"), "utf8"), "x.json"),
})
const grammar = await registry.loadGrammar("source.earnest")

/** The tokens of a line that have a scope of their own: `text scope`. */
function colours(line) {
  const { tokens } = grammar.tokenizeLine(line, textmate.INITIAL)
  return tokens
    .filter((token) => token.scopes.length > 1)
    .map((token) => `${line.slice(token.startIndex, token.endIndex)} ${token.scopes.at(-1).replace(".earnest", "")}`)
}

test("a head, in both spellings", () => {
  const english = colours('rule card_spend "消费积分" on Purchase {')
  assert.deepEqual(english, ["rule keyword.declaration", "card_spend entity.name", '"消费积分" string.quoted.double', "on keyword.control"])
  const chinese = colours("规则 card_spend 适用于 消费 {")
  assert.deepEqual(chinese, ["规则 keyword.declaration", "card_spend entity.name", "适用于 keyword.operator.word"])
})

test("clauses, numbers with units, dates", () => {
  const found = colours("  from 2024-10-01 to 2024-10-07 // 黄金周")
  assert.deepEqual(found, [
    "from keyword.control", "2024-10-01 constant.numeric.date", "to keyword.control", "2024-10-07 constant.numeric.date",
    "// 黄金周 comment.line.double-slash",
  ])
  assert.ok(colours("  有效期 3个月 自 获得 起").includes("个月 keyword.other.unit"))
  assert.ok(colours("  每客户 每月 最多5000积分，超出不计").includes("超出不计 keyword.operator.word"))
})

test("keys of records and parts of paths are no keywords", () => {
  assert.deepEqual(colours("Purchase { rate: 3, first.value }"), ["3 constant.numeric"])
})
