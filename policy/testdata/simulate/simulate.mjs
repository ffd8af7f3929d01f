// Reads cases from standard input, one in a line, in the form of runSimulation's argument, and writes the
// answer to each in a line: Allowed, ExplicitlyDenied, ImplicitlyDenied, or "error" and why.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

async function answer(line) {
  try {
    const result = await runSimulation(JSON.parse(line), {})
    if (result.resultType === 'error') return 'error ' + JSON.stringify(result.errors)
    const ignored = result.result?.ignoredContextKeys ?? []
    if (ignored.length > 0) return 'error ignored keys: ' + ignored.join(' ')
    return result.overallResult
  } catch (failure) {
    return 'error ' + String(failure).replace(/\s+/g, ' ')
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write((await answer(line)) + '\n')
}
