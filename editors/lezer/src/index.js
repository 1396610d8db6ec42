// The parser with colours, folding and indentation attached: give it to CodeMirror as `LRLanguage.define({ parser })`.
import { styleTags, tags } from "@lezer/highlight"
import { parser as plain } from "./parser.js"

export const highlighting = styleTags({
  DeclarationWord: tags.definitionKeyword,
  Keyword: tags.keyword,
  "Declaration/Name": tags.definition(tags.variableName),
  Name: tags.variableName,
  Text: tags.string,
  "Number Multiple Percent Ordinal": tags.number,
  "Date Time": tags.literal,
  Comment: tags.lineComment,
  "Operator Arrow": tags.operator,
  "Comma Semicolon": tags.separator,
  "OpenBrace CloseBrace": tags.brace,
  "OpenParenthesis CloseParenthesis": tags.paren,
  "OpenBracket CloseBracket": tags.squareBracket,
})

export const parser = plain.configure({ props: [highlighting] })

/** What an editor needs beside the parser. */
export const languageData = { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", '"', "（", "“"] } }

/** The declarations of a tree, those of campaigns included: the word, the name, and where they begin. */
export function declarations(tree, text) {
  const found = []
  tree.iterate({
    enter(node) {
      if (node.name !== "Declaration") return
      const word = node.node.getChild("DeclarationWord"), name = node.node.getChild("Name")
      const one = { from: node.from, word: text.slice(word.from, word.to), name: name ? text.slice(name.from, name.to) : "" }
      found.push(one)
      // Only a campaign declares more inside: `currency` in a programme's head is a clause.
      return one.word === "campaign" || one.word === "活动"
    },
  })
  return found
}
