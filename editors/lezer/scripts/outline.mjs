// Texts in, as a JSON list; for each the lines with errors and the lines on which declarations begin.
import { parser, declarations } from "../dist/index.js"

let input = ""
process.stdin.setEncoding("utf8")
for await (const part of process.stdin) input += part

const answers = JSON.parse(input).map((text) => {
  const line = (at) => text.slice(0, at).split(/\n/).length
  const tree = parser.parse(text)
  const errors = []
  tree.iterate({ enter(node) { if (node.type.isError) errors.push(line(node.from)) } })
  return { errors, lines: declarations(tree, text).map((one) => line(one.from)).sort((a, b) => a - b) }
})
process.stdout.write(JSON.stringify(answers))
