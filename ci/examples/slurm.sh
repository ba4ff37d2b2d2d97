#!/usr/bin/env bash
# A large matrix on several nodes, and one report of it. Change what is marked, then:
#   job=$(sbatch --parsable --array=1-4 slurm.sh)
#   sbatch --dependency="afterany:$job" slurm.sh merge
#SBATCH --job-name=pollbench
#SBATCH --nodes=1
#SBATCH --exclusive
#SBATCH --time=01:00:00
set -euo pipefail

if [[ ${1-} == merge ]]; then
  # 4: a guest failed; the report says how.
  pollbench merge part-*/ --output whole || (($? == 4))
  # CHANGE: leave this out, or keep the record in a history; the address of one in PostgreSQL
  # stands in POLLBENCH_HISTORY.
  pollbench history add whole
  exit
fi

# CHANGE: what to measure. It is the same for all parts. A part holds whole groups, so what
# is compared was measured on one node.
matrix=(--guests all --guest my-guest.wasm --workloads all --time 300)
pollbench run "${matrix[@]}" --partition slurm --output "part-$SLURM_ARRAY_TASK_ID"
