// The server's client: starts `earnest lsp`, and shows the files of the standard library that are built into it.
const vscode = require("vscode")
const { LanguageClient } = require("vscode-languageclient/node")

/** The scheme of the standard library's files. */
const LIBRARY = "earnest-std"

let client

async function start() {
  const settings = vscode.workspace.getConfiguration("earnest")
  const chosen = settings.get("language")
  const language = chosen === "auto" ? vscode.env.language : chosen
  const command = settings.get("server.path") || "earnest"
  client = new LanguageClient(
    "earnest",
    "Earnest",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ language: "earnest" }],
      initializationOptions: { language },
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.earn") },
    },
  )
  try {
    await client.start()
  } catch (error) {
    const chosenText = vscode.env.language.startsWith("zh")
      ? `无法启动 \`${command} lsp\`：${error.message}。请安装 earnest，或设置 \`earnest.server.path\`。`
      : `\`${command} lsp\` cannot be started: ${error.message}. Install earnest, or set \`earnest.server.path\`.`
    vscode.window.showErrorMessage(chosenText)
  }
}

async function restart() {
  if (client) await client.stop().catch(() => {})
  await start()
}

function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("earnest.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("earnest")) return restart()
    }),
    vscode.workspace.registerTextDocumentContentProvider(LIBRARY, {
      async provideTextDocumentContent(uri) {
        const found = await client.sendRequest("workspace/textDocumentContent", { uri: uri.toString(true) })
        return found.text
      },
    }),
  )
  return start()
}

const deactivate = () => (client ? client.stop() : undefined)

module.exports = { activate, deactivate }
