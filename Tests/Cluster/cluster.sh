#!/usr/bin/env bash
# Several hosts on one machine, for tests: with real TCP between them, and with commands that cause failures.
#
#   cluster.sh run HOSTS COMMAND...   makes the hosts, runs COMMAND, then ends everything
#   cluster.sh check                  if this machine cannot do it: prints the reason, status 1
#
# A host has its own network, host name and mounts: Linux namespaces, without images and without sshd. All hosts see the
# same files, as on a cluster's shared file system; only the temporary folder is their own. Their network cards are
# connected to one switch, where COMMAND runs. Its environment has
#
#   CLUSTER          this script, for the commands below
#   CLUSTER_HOSTS    a hostfile: node1, node2 ... with one slot each
#
#   "$CLUSTER" on HOST COMMAND...     runs COMMAND on the host
#   "$CLUSTER" cut HOST               disconnects its network
#   "$CLUSTER" mend HOST              reconnects it and waits until it works
#   "$CLUSTER" kill HOST              kills every process on the host at once; the host can be used again
#
# mpirun on a host can reach the others:
#
#   cluster.sh run 4 sh -c '"$CLUSTER" on node1 mpirun -n 4 --hostfile "$CLUSTER_HOSTS" PROGRAM'
#
# `kill` alone is a crash after which the kernel closes all connections; `cut` and then `kill` is a power failure.
# CLUSTER_AGENT is what happens to mpirun's connection to a host whose processes died: `ends` (with their status, the
# default), `hangs` (as ssh does after a power failure) or `forgives` (ends with status 0).
#
# It needs root, or a kernel that lets users make namespaces; and iproute2 and util-linux.
set -euo pipefail

state=/run/microfold-cluster
subnet=10.99.0

fail() {
  printf 'cluster: %s\n' "$*" >&2
  exit 1
}

# The process that keeps the host's namespaces alive; they are entered through it.
keeper() {
  [ -r "$state/$1.keeper" ] || fail "there is no host $1"
  cat "$state/$1.keeper"
}

on() {
  local keeper
  keeper=$(keeper "$1")
  # After entering other mounts the working directory is their root.
  exec nsenter --target "$keeper" --net --uts --mount -- env --chdir="$PWD" -- "${@:2}"
}

# mpirun starts this instead of ssh, with a host and a command line for its shell, in any number of words. Like ssh it
# runs on this side, so that killing the other host does not kill it.
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

# The switch's end of a host's network link; hosts do not see it.
cable() {
  [ -r "$state/$1.keeper" ] || fail "there is no host $1"
  printf 'cable%s' "${1#node}"
}

mend() {
  local cable looks=0
  cable=$(cable "$1")
  ip link set "$cable" up
  # The switch needs about a second to see the link; connections that are tried before take much longer.
  until ip -details link show "$cable" | grep -q 'state forwarding' &&
    "$0" on "$1" ip link show eth0 | grep -q 'state UP'; do
    looks=$((looks + 1))
    [ "$looks" -lt 200 ] || fail "the cable of $1 does not carry"
    sleep 0.05
  done
  # Entries of hosts that were unreachable are removed; otherwise new connections to them would fail, too.
  "$0" on "$1" ip neighbour flush dev eth0
}

kill_host() {
  local keeper network process again=1
  keeper=$(keeper "$1")
  network=$(readlink "/proc/$keeper/ns/net")
  # Repeated until no process is left: one may have started another while the list was read.
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

# The process that keeps a host's namespaces alive; it runs inside them.
keep() {
  hostname "$1"
  mount -t tmpfs tmpfs "$TMPDIR"
  ip link set lo up
  echo "$$"
  exec sleep infinity
}

# Makes host number $1 and its network link.
add_host() {
  local host=node$1 keeper ready
  # The keeper prints its process number when the host is ready; if that fails, it prints nothing.
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
  # A user who makes namespaces is root inside them.
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
  # unshare ignores TERM and INT, and this shell may be killed: in both cases nothing may be left.
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
