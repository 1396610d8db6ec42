import assert from "node:assert/strict"
import test from "node:test"
import { parser, declarations } from "../dist/index.js"

const errors = (text) => {
  let found = 0
  parser.parse(text).iterate({ enter(node) { if (node.type.isError) found++ } })
  return found
}
const nodes = (text) => {
  const found = []
  parser.parse(text).iterate({ enter(node) { if (!node.node.firstChild) found.push(`${node.name} ${text.slice(node.from, node.to)}`) } })
  return found
}

test("words are told apart by where they stand", () => {
  const found = nodes("rule item on Purchase {\n  when value is first\n  earn 1 Point\n}\n")
  assert.deepEqual(found.slice(0, 4), ["DeclarationWord rule", "Keyword item", "Keyword on", "Name Purchase"])
  assert.ok(nodes("test \"x\" { Purchase { first: 3, rate: 2 } }").includes("Name first"))
})

test("both spellings, full-width marks and glued units", () => {
  const text = "规则 甲 “标签” 适用于 消费 ｛\n  当 金额 ≥ １００ 元 时；按 金额 每满 1元 得 3积分\n  每客户 每月 最多5000积分，超出不计\n｝\n"
  assert.equal(errors(text), 0)
  assert.deepEqual(declarations(parser.parse(text), text).map((one) => [one.word, one.name]), [["规则", "甲"]])
  assert.ok(nodes(text).includes("Keyword 每") && nodes(text).includes("Number 5000"))
})

test("a line goes on where the language says so", () => {
  const clauses = (text) => {
    let count = 0
    parser.parse(text).iterate({ enter(node) { if (node.name === "Clause") count++ } })
    return count
  }
  assert.equal(clauses("rule a on B {\n  when x\n    and y // why\n\n  earn 1 P\n    per full 1 C of z\n}\n"), 2)
  assert.equal(clauses("rule a on B {\n  when x =\n    3\n  earn (1\n + 2)\n}\n"), 2)
})

test("what does not close is an error, and the rest is read", () => {
  const text = "rule a on B {\n  earn (1 P\n}\n\nrule b on B {\n  earn 1 P\n}\n"
  assert.ok(errors(text) > 0)
  assert.equal(errors("rule a on B {\n  earn 1 P\n}\n"), 0)
})
