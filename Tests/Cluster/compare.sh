# shellcheck shell=bash
# Sourced by the test suites in this folder: a sweep of half a minute, the comparison of its results, and the printing of
# test results. `scratch` is a folder that all hosts see, MICROFOLD the program.

# Four units of one small synthetic dataset.
make_reference() {
  mkdir -p "${scratch:?}"
  cat >"$scratch/sweep.json" <<END
{
  "name": "cluster",
  "datasets": [{"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}}],
  "folds": {"count": 2, "by": "subject"}, "variants": ["full", "dao"],
  "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
  "training": {"batch": 6, "learningRate": 0.001, "identityEpochs": ${EPOCHS:-40}, "motionEpochs": ${EPOCHS:-40}}
}
END
  "$MICROFOLD" sweep --config "$scratch/sweep.json" --output "$scratch/reference" --threads 1 --quiet \
    >"$scratch/reference.log" 2>&1 || { echo "FAILED: one process does not finish the sweep"; exit 1; }
}

# Digests of everything that must be the same however a sweep was run: tensors, predictions, the report's numbers.
sums() {
  (cd "$1" && find . \( -name '*.safetensors' -o -path ./report/report.json -o -path ./report/predictions.csv \
    -o -path ./report/results.csv -o -path ./folds.json \) -type f -print0 | sort -z | xargs -0 sha256sum)
}

same_bits() {
  local different
  different=$(diff <(sums "$1") <(sums "$2" 2>&1) | sed -n 's/^[<>] [0-9a-f]*  //p' | sort -u | head -n 3 | tr '\n' ' ')
  [ -z "$different" ] || problem "other bits than one process: $different"
}

# The problems of the running test.
problem() {
  problems+=("$*")
}

run_tests() {
  local test failed=0 began text
  for test in "$@"; do
    problems=()
    began=$SECONDS
    log=''
    "$test" || [ "${#problems[@]}" -gt 0 ] || problem "a command failed"
    if [ "${#problems[@]}" -eq 0 ]; then
      echo "ok      $test ($((SECONDS - began)) s)"
    else
      failed=1
      printf -v text '; %s' "${problems[@]}"
      echo "FAILED  $test ($((SECONDS - began)) s): ${text#; }"
      if [ -f "${log:-}" ]; then tail -n 15 "$log" | sed 's/^/          /'; fi
    fi
    if declare -F after_test >/dev/null; then after_test "$test"; fi
  done
  exit "$failed"
}
