#!/usr/bin/env bash
# The whole salon, from its receipts to checked books: examples/salon/run.sh [FOLDER WITH THE EXPORTS]
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${GOODWORD_BIN:-.venv/bin}
out=${SALON_OUT:-var/salon}
rm -rf "$out"
mkdir -p "$out"
export GOODWORD_DATA="$out/data"
unset GOODWORD_DATABASE_URL

"$bin/python" -m examples.salon --out "$out" ${1:+--data "$1"}
"$bin/goodword" init --name "The Salon" --currency CAD --timezone America/Toronto --country CA --region ON \
  --json > "$out/business.json"
business=$("$bin/python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["business"])' "$out/business.json")
"$bin/goodword" programme publish examples/salon/programme.yaml --business "$business"
"$bin/goodword" events import "$out/events.jsonl" --business "$business"
"$bin/goodword" work --once   # holds are over, what was not used in time lapses
"$bin/goodword" books check --business "$business"
"$bin/goodword" backtest examples/salon/programme.yaml "$out/events.jsonl" --business "$business" \
  --awards "$out/awards.jsonl"
"$bin/python" -m examples.salon.compare --business "$business" --awards "$out/awards.jsonl"
