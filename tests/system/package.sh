#!/bin/sh
# Build the package, install it, use it as an operator would, purge it: in a Debian 12 root that may be spoilt, as root.
# usage: tests/system/package.sh SPOIL-THIS-ROOT
set -eu
cd "$(dirname "$0")/../.."
[ "${1:-}" = SPOIL-THIS-ROOT ] || { sed -n '2,3s/^# //p' "$0"; exit 2; }

say() { echo "package: $*"; }
fail() { say "FAILED: $*"; exit 1; }
# wait_for SECONDS COMMAND...
wait_for() { n=$(($1 * 10)); shift; while ! "$@" >/dev/null 2>&1; do n=$((n - 1)); [ $n -gt 0 ] || return 1; sleep 0.1; done; }

scripts/package
deb=$(ls build/package/hangu_*.deb)
apt-get install -y -q --no-install-recommends "./$deb" iproute2 ethtool iputils-ping logrotate libcap2-bin nftables >/dev/null
cd /

say "installed: user, folders, modes"
id hangu
for folder in /run/hangu /var/lib/hangu /var/log/hangu /var/cache/hangu; do
	[ "$(stat -c %U:%G:%a $folder)" = hangu:hangu:750 ] || fail "$folder is $(stat -c %U:%G:%a $folder)"
done
[ "$(stat -c %U:%G:%a /etc/hangu/hangu.yaml)" = root:hangu:640 ] || fail "hangu.yaml"
ls /etc/systemd/system/multi-user.target.wants/hangu* 2>/dev/null && fail "something was enabled"
hangu check -c /etc/hangu/hangu.yaml
hangu-linkd check -c /etc/hangu/hangu.yaml

say "two ports: client - hangu - server"
clean() {
	kill ${engine:-} ${linkd:-} 2>/dev/null || true
	ip netns del pkg-c 2>/dev/null || true
	ip netns del pkg-s 2>/dev/null || true
}
trap clean EXIT
for side in c s; do
	ip netns add pkg-$side
	ip link add port-$side type veth peer name e0 netns pkg-$side
	for where in "ip netns exec pkg-$side" ""; do
		name=e0
		[ -n "$where" ] || name=port-$side
		$where ethtool -K $name tx off tso off gso off gro off >/dev/null
		$where ip link set $name up
	done
done
ip -n pkg-c addr add 10.77.0.1/24 dev e0
ip -n pkg-s addr add 10.77.0.2/24 dev e0
reaches() { ip netns exec pkg-c ping -q -c 1 -W 1 10.77.0.2; }
cut_off() { ! reaches; }

sed -i 's/^  mode: observe /  mode: auto /' /etc/hangu/hangu.yaml
cat >>/etc/hangu/hangu.yaml <<'Y'
dpdk:
  interfaces:
    - {interface: port-c, copy-iface: port-s, copy-mode: ips, threads: 1}
    - {interface: port-s, copy-iface: port-c, copy-mode: ips, threads: 1}
Y
echo 'alert icmp any any -> any any (msg:"ping"; itype:8; classtype:icmp-event; sid:1000001;)' >/etc/hangu/rules/local.rules
hangu run --check-host -c /etc/hangu/hangu.yaml || fail "--check-host"

say "started with the capabilities of the units"
caps() { sed -n 's/^CapabilityBoundingSet=//p' "/lib/systemd/system/$1.service" | tr 'A-Z ' 'a-z,'; }
start() { # UNIT USER COMMAND...
	unit=$1 user=$2; shift 2
	drop=$(capsh --print | sed -n 's/^Bounding set =//p' | tr ',' '\n' | grep -vxF "$(caps "$unit" | tr ',' '\n')" | paste -sd,)
	if [ "$user" = root ]; then
		capsh --drop="$drop" -- -c "exec $*" &
	else
		capsh --drop="$drop" --keep=1 --user="$user" --inh="$(caps "$unit")" --addamb="$(caps "$unit")" -- -c "exec $*" &
	fi
}
start hangu root hangu run -c /etc/hangu/hangu.yaml
engine=$!
wait_for 20 hangu ctl uptime || fail "the engine does not answer"
start hangu-linkd hangu hangu-linkd run -c /etc/hangu/hangu.yaml 2>/tmp/linkd.said
linkd=$!
wait_for 20 hangu-linkd ctl stats || fail "hangu-linkd does not answer"
for pid in $engine $linkd; do
	for status in /proc/"$pid"/task/*/status; do
		grep -q "^Uid:[[:space:]]*$(id -u hangu)[[:space:]]" "$status" || fail "$(cat "$status")"
	done
	grep -hE '^(Name|CapEff)' /proc/"$pid"/task/*/status | paste - -
done

say "traffic, alert, block, rotation"
wait_for 20 reaches || fail "nothing passes"
wait_for 20 grep -q '"category":"ICMP event"' /var/log/hangu/eve.json || fail "no alert with our own class"
hangu-linkd ctl add 10.77.0.1 --ttl 1h --reason trial
wait_for 5 cut_off || fail "not blocked"
hangu-linkd ctl del 10.77.0.1
wait_for 10 reaches || fail "not let in again"
logrotate --force /etc/logrotate.d/hangu
reaches >/dev/null
wait_for 20 grep -q '"event_type"' /var/log/hangu/eve.json || fail "no records after rotation"
[ "$(stat -c %U:%a /var/log/hangu/eve.json)" = hangu:640 ] || fail "$(ls -l /var/log/hangu)"
ls -l /var/log/hangu
hangu ctl ruleset-reload-rules
cat /tmp/linkd.said
! grep -q 'is no event' /tmp/linkd.said || fail "hangu-linkd does not understand an event"
kill $engine $linkd
wait $engine || fail "the engine ended with $?"
wait $linkd || fail "hangu-linkd ended with $?"

say "removed, then purged"
apt-get remove -y -q hangu >/dev/null
[ -f /etc/hangu/hangu.yaml ] && [ -d /var/lib/hangu ] || fail "remove took the configuration"
apt-get purge -y -q hangu >/dev/null
left=$(find /etc /run /var/lib /var/log /var/cache /usr/share /lib/systemd -path '*hangu*' ! -path '/var/lib/dpkg/*' ! -path '/var/cache/apt/*')
[ -z "$left" ] || fail "left behind: $left"
! getent passwd hangu || fail "the user is still there"
say "all is well"
