#!/usr/bin/env bash
# A real Slurm on one machine, for tests: its nodes are hosts of cluster.sh, and its head node is their switch.
#
#   slurm.sh run NODES COMMAND...     starts Slurm, runs COMMAND on the head node, then ends everything
#   slurm.sh check                    if this machine cannot do it: prints the reason, status 1
#
# COMMAND can use sbatch, srun and the rest. Its environment has SLURM_CLUSTER, the path of this script:
#
#   "$SLURM_CLUSTER" on NODE COMMAND...     runs COMMAND on a node: node1, node2 ...
#   "$SLURM_CLUSTER" cut|mend NODE          disconnects its network; reconnects it and starts its slurmd
#   "$SLURM_CLUSTER" kill NODE              kills every process on the node at once; mend starts its slurmd again
#
# SLURM_CPUS (default 2) is the number of processors per node; SLURM_MORE is added to slurm.conf.
# Every node has its own TMPDIR; all else is shared. Logs are in SLURM_LOGS, by default a temporary folder.
#
# It needs root, slurmctld, slurmd, munged and what cluster.sh needs
# (Debian: apt install slurm-wlm munge slurm-wlm-basic-plugins iproute2 util-linux).
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
# The cluster has its own /run.
state=/run/microfold-slurm

fail() {
  printf 'slurm: %s\n' "$*" >&2
  exit 1
}

configuration() {
  local nodes=$1
  cat <<END
ClusterName=microfold
SlurmctldHost=head
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=5,batch_sched_delay=1
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=10
KillWait=10
MinJobAge=3600
JobRequeue=1
TmpFS=$TMPDIR
StateSaveLocation=$state/saved
SlurmdSpoolDir=$state/spool-%n
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd-%n.pid
SlurmctldLogFile=$SLURM_LOGS/slurmctld.log
SlurmdLogFile=$SLURM_LOGS/slurmd-%n.log
SlurmctldDebug=verbose
SlurmdDebug=verbose
SlurmdParameters=config_overrides
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=node[1-$nodes] CPUs=${SLURM_CPUS:-2} Boards=1 SocketsPerBoard=1 CoresPerSocket=${SLURM_CPUS:-2} ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=0
PartitionName=gentle Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=4
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
${SLURM_MORE:-}
END
}

start_slurmd() {
  "$CLUSTER" on "$1" env -i PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
    LANG=C.UTF-8 SLURM_CONF="$SLURM_CONF" TMPDIR="$TMPDIR" slurmd
}

# Waits for up to $1 seconds until that many nodes are idle.
await_idle() {
  local looks=0 idle
  while :; do
    idle=$(sinfo -h -p main -t idle -o %D 2>/dev/null | head -n 1)
    [ "${idle:-0}" != "$2" ] || return 0
    looks=$((looks + 1))
    [ "$looks" -lt $(($1 * 5)) ] || return 1
    sleep 0.2
  done
}

# Runs on the switch, which has its own host name, once the hosts exist.
inside() {
  local nodes=$1 number status=0
  shift
  mkdir -p "$state/saved" /run/munge
  cp "$0" "$state/slurm"
  export SLURM_CLUSTER=$state/slurm SLURM_CONF=$state/slurm.conf SLURM_LOGS=${SLURM_LOGS:-$state/logs}
  mkdir -p "$SLURM_LOGS"
  # mpirun finds its hosts through Slurm.
  unset OMPI_MCA_plm_rsh_agent CLUSTER_HOSTS
  hostname head
  ip address add 10.99.0.254/24 dev switch
  echo "10.99.0.254 head" >>/etc/hosts
  configuration "$nodes" >"$SLURM_CONF"
  for ((number = 1; number <= nodes; number++)); do mkdir -p "$state/spool-node$number"; done
  (umask 077 && head -c 1024 /dev/urandom >"$state/munge.key")
  # All hosts use the same munged, through its socket in /run.
  munged --force --key-file="$state/munge.key" --log-file="$SLURM_LOGS/munged.log" --pid-file=/run/munge/munged.pid \
    --seed-file="$state/munge.seed" 2>"$SLURM_LOGS/munged.errors" ||
    fail "munged does not start: $(head -n 1 "$SLURM_LOGS/munged.errors")"
  slurmctld -c || fail "slurmctld does not start; see $SLURM_LOGS"
  for ((number = 1; number <= nodes; number++)); do
    start_slurmd "node$number" || fail "slurmd does not start: $(tail -n 1 "$SLURM_LOGS/slurmd-node$number.log")"
  done
  await_idle 60 "$nodes" ||
    fail "its nodes do not become idle: $(grep -h 'error' "$SLURM_LOGS"/*.log | tail -n 1)"
  "$@" || status=$?
  exit "$status"
}

run() {
  local nodes=$1 program
  [[ $nodes =~ ^[1-9]$ ]] || fail "$nodes is no number of nodes from 1 to 9"
  [ "$#" -gt 1 ] || fail "no command to run"
  [ "$(id -u)" -eq 0 ] || fail "it takes root"
  for program in slurmctld slurmd munged sbatch; do
    command -v "$program" >/dev/null ||
      fail "the program $program is missing (Debian: apt install slurm-wlm munge slurm-wlm-basic-plugins)"
  done
  exec "$here/cluster.sh" run "$nodes" unshare --uts "$(readlink -f "$0")" inside "$@"
}

check() {
  local problem
  problem=$("$0" run 1 true 2>&1) && return 0
  problem=${problem%%$'\n'*}
  problem=${problem#cluster: }
  echo "${problem#slurm: }"
  exit 1
}

case "${1:-}" in
  run) run "${@:2}" ;;
  check) check ;;
  inside) inside "${@:2}" ;;
  on) [ "$#" -gt 2 ] || fail "on takes a host and a command"; exec "$CLUSTER" "$@" ;;
  cut) "$CLUSTER" cut "$2" ;;
  mend)
    "$CLUSTER" mend "$2"
    # shellcheck disable=SC2016 # the shell on the host expands it
    if ! "$CLUSTER" on "$2" sh -c 'kill -0 "$(cat "$1" 2>/dev/null)" 2>/dev/null' sh "$state/slurmd-$2.pid"; then
      start_slurmd "$2"
    fi
    ;;
  kill) "$CLUSTER" kill "$2" ;;
  *) fail "takes run NODES COMMAND, or check; inside, on, cut, mend, kill" ;;
esac
