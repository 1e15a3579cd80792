// Lays out every ELK graph of the JSON array on standard input; a graph that ELK cannot do becomes null.
const ELK = require(`${process.argv[2]}/lib/elk.bundled.js`)
const elk = new ELK()
let text = ''
process.stdin.on('data', (chunk) => { text += chunk })
process.stdin.on('end', async () => {
  const results = []
  for (const graph of JSON.parse(text)) {
    results.push(await elk.layout(graph).catch((error) => ({ error: String(error) })))
  }
  process.stdout.write(JSON.stringify(results))
})
