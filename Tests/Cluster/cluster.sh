#!/usr/bin/env bash
# Several hosts on one machine, for tests: real TCP between them, and faults at will.
#
#   cluster.sh run HOSTS COMMAND...   makes the hosts, runs COMMAND beside them, and ends everything with it
#   cluster.sh check                  says in one line why this machine cannot do it, status 1; nothing when it can
#
# A host is a network, a host name and mounts of its own: Linux namespaces, without images and without sshd. All hosts
# see the same files, as on a cluster's shared file system, except for a temporary folder each. Their network cards hang
# on one switch, where COMMAND runs. COMMAND finds in its environment
#
#   CLUSTER          this script, for the words below
#   CLUSTER_HOSTS    a hostfile: node1, node2 ... with one slot each
#
#   "$CLUSTER" on HOST COMMAND...     runs COMMAND on the host
#   "$CLUSTER" cut HOST               pulls its network cable
#   "$CLUSTER" mend HOST              plugs it in again and waits until it carries
#   "$CLUSTER" kill HOST              kills every process on the host at once; the host can be used again
#
# mpirun on a host finds the others by itself:
#
#   cluster.sh run 4 sh -c '"$CLUSTER" on node1 mpirun -n 4 --hostfile "$CLUSTER_HOSTS" PROGRAM'
#
# `kill` alone is a crash whose connections the kernel still closes; a power cut is `cut` and then `kill`.
# CLUSTER_AGENT says what becomes of mpirun's connection to a host whose processes died: `ends` (with their status, the
# default), `hangs` (as ssh does when the power is gone) or `forgives` (ends with status 0).
#
# It takes root, or a kernel that lets users make namespaces; and iproute2 and util-linux.
set -euo pipefail

state=/run/microfold-cluster
subnet=10.99.0

fail() {
  printf 'cluster: %s\n' "$*" >&2
  exit 1
}

# Where the host's namespaces are to be entered: the process that keeps them alive.
keeper() {
  [ -r "$state/$1.keeper" ] || fail "there is no host $1"
  cat "$state/$1.keeper"
}

on() {
  local keeper
  keeper=$(keeper "$1")
  # Who enters other mounts stands at their root.
  exec nsenter --target "$keeper" --net --uts --mount -- env --chdir="$PWD" -- "${@:2}"
}

# What mpirun starts in the place of ssh: a host, and a command line for its shell, in as many words as it likes. Like
# ssh it stays on this side, so that killing the other host does not kill it.
agent() {
  local host=$1 status=0
  shift
  "$state/cluster" on "$host" sh -c "$*" || status=$?
  [ "$status" -ne 0 ] || exit 0
  case "${CLUSTER_AGENT:-ends}" in
    hangs) exec sleep infinity ;;
    forgives) exit 0 ;;
    *) exit "$status" ;;
  esac
}

# The switch's end of a host's cable; only the switch sees it, so a host cannot pull cables.
cable() {
  [ -r "$state/$1.keeper" ] || fail "there is no host $1"
  printf 'cable%s' "${1#node}"
}

mend() {
  local cable looks=0
  cable=$(cable "$1")
  ip link set "$cable" up
  # The switch takes about a second to see the cable; who connects before then waits for far longer.
  until ip -details link show "$cable" | grep -q 'state forwarding' &&
    "$0" on "$1" ip link show eth0 | grep -q 'state UP'; do
    looks=$((looks + 1))
    [ "$looks" -lt 200 ] || fail "the cable of $1 does not carry"
    sleep 0.05
  done
  # A neighbour that was asked for while nothing carried is about to be given up, with whoever asks for it now.
  "$0" on "$1" ip neighbour flush dev eth0
}

kill_host() {
  local keeper network process again=1
  keeper=$(keeper "$1")
  network=$(readlink "/proc/$keeper/ns/net")
  # Once more until none is left: a process may have started another while the list was read.
  while [ "$again" -ne 0 ]; do
    again=0
    for process in /proc/[0-9]*; do
      if [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$network" ] && [ "${process#/proc/}" -ne "$keeper" ] &&
        ! grep -q '^State:[[:space:]]*[ZX]' "$process/status" 2>/dev/null; then
        kill -KILL "${process#/proc/}" 2>/dev/null || true
        again=1
      fi
    done
  done
}

# The process that keeps a host's namespaces alive, in them already.
keep() {
  hostname "$1"
  mount -t tmpfs tmpfs "$TMPDIR"
  ip link set lo up
  echo "$$"
  exec sleep infinity
}

# Makes host number $1 and its cable.
add_host() {
  local host=node$1 keeper ready
  # The keeper says its number when the host is ready; when it cannot be made, the line never comes.
  exec {ready}< <(exec unshare --net --uts --mount "$state/cluster" keep "$host")
  read -r keeper <&"$ready" || fail "$host cannot be made"
  exec {ready}<&-
  ip link add "cable$1" type veth peer name eth0 netns "$keeper"
  ip link set "cable$1" master switch up
  echo "$keeper" >"$state/$host.keeper"
  "$state/cluster" on "$host" ip address add "$subnet.$1/24" dev eth0
  "$state/cluster" on "$host" ip link set eth0 up
  echo "$host slots=1" >>"$state/hostfile"
  echo "$subnet.$1 $host" >>"$state/names"
}

# The first process of the private namespaces: when it ends, the kernel ends all others and takes down the hosts.
inside() {
  local hosts=$1 number
  shift
  mount -t tmpfs tmpfs /run
  mkdir -p "$state/tmp"
  # mpirun splits its agent's command line at spaces, which this script's own path may have.
  cp "$0" "$state/cluster"
  echo "127.0.0.1 localhost" >"$state/names"
  mount --bind "$state/names" /etc/hosts
  export CLUSTER=$state/cluster CLUSTER_HOSTS=$state/hostfile TMPDIR=$state/tmp
  export OMPI_MCA_plm_rsh_agent="$CLUSTER agent"
  # Who makes namespaces is root in them.
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

  ip link set lo up
  ip link add switch type bridge
  ip link set switch up
  for ((number = 1; number <= hosts; number++)); do add_host "$number"; done
  for ((number = 1; number <= hosts; number++)); do mend "node$number"; done
  local status=0
  "$@" || status=$?
  exit "$status"
}

run() {
  local hosts=$1 program status=0
  [[ $hosts =~ ^[1-9][0-9]?$ ]] || fail "$hosts is no number of hosts from 1 to 99"
  [ "$#" -gt 1 ] || fail "no command to run"
  for program in ip unshare nsenter setpriv mount hostname; do
    command -v "$program" >/dev/null || fail "the program $program is missing (Debian: apt install iproute2 util-linux)"
  done
  local namespaces=(--mount --net --pid --fork --mount-proc --kill-child=KILL)
  if ! unshare "${namespaces[@]}" true 2>/dev/null; then
    namespaces=(--user --map-root-user "${namespaces[@]}")
    unshare "${namespaces[@]}" true 2>/dev/null ||
      fail "it allows no namespaces; they take root, or a kernel that lets users make them"
  fi
  # unshare does not listen to TERM and INT, and this shell may be killed: either way nothing may be left.
  setpriv --pdeathsig KILL -- unshare "${namespaces[@]}" "$(readlink -f "$0")" inside "$@" &
  local private=$!
  trap 'kill -KILL "$private" 2>/dev/null; exit 143' TERM INT HUP
  wait "$private" || status=$?
  exit "$status"
}

check() {
  local problem
  problem=$("$0" run 1 true 2>&1) && return 0
  problem=${problem%%$'\n'*}
  echo "${problem#cluster: }"
  exit 1
}

case "${1:-}" in
  run) run "${@:2}" ;;
  check) check ;;
  inside) inside "${@:2}" ;;
  keep) keep "$2" ;;
  agent) agent "${@:2}" ;;
  on) [ "$#" -gt 2 ] || fail "on takes a host and a command"; on "${@:2}" ;;
  cut) ip link set "$(cable "${2:-}")" down ;;
  mend) mend "${2:-}" ;;
  kill) kill_host "${2:-}" ;;
  *) fail "takes run HOSTS COMMAND, or check; inside, on, cut, mend, kill" ;;
esac
