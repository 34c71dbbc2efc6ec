#!/usr/bin/env python3
"""The package under a running systemd: installed, configured as docs/live.md says, used, killed, reloaded, purged.

usage: boot.py [--keep] FOLDER PACKAGE.deb          prints TAP

FOLDER/root becomes a Debian 12 (debootstrap, once; needs the network that first time) and is booted by systemd-nspawn over a
layer in memory, so that each run begins with the same. In it hangu stands between two hosts in network namespaces. Root, Linux
with the packages debootstrap, systemd-container and ethtool. --keep: the machine stays until the end of input, `nsenter` leads in.
"""
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../system'))
import tap  # noqa: E402
from lab import CLIENT, SERVER, Lab, sh, until  # noqa: E402

PACKAGES = 'systemd,systemd-sysv,dbus,udev,kmod,iproute2,ethtool,logrotate,nftables,procps,netbase,ca-certificates,python3-minimal'
MANAGED = '198.51.100.9'
UNITS = ('hangu', 'hangu-linkd')
ENVIRONMENT = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive']
INSTALL = 'apt-get -q -y --no-install-recommends install ./hangu.deb ' \
	'$(dpkg-deb -f hangu.deb Recommends | grep -oE "librte-net-(af-xdp|tap)[0-9]+")'

# What an operator adds; docs/live.md has the interfaces, docs/linkage.md the section.
LINKAGE = '''linkage:
  test-addresses: yes
  rules: [ {name: knocks, sids: [ 1000001 ], ttl: 10m} ]
  mode: auto                    # block'''
RULE = 'alert icmp any any -> any any (msg:"%s"; itype:8; content:"%s"; sid:%d;)\n'


def make_root(root, package):
	"""A Debian with what the package wants already fetched: afterwards no network is needed."""
	if not os.path.exists(root + '/etc/hangu-try'):
		sh('debootstrap', '--variant=minbase', '--include=' + PACKAGES, 'bookworm', root)
		shutil.copy('/etc/resolv.conf', root + '/etc/resolv.conf')
	shutil.copy(package, root + '/root/hangu.deb')
	fetch = 'cd /root; ' + INSTALL.replace(' install ', ' install -d ')
	if subprocess.run(['chroot', root, 'sh', '-c', fetch], capture_output=True).returncode != 0:
		sh('chroot', root, 'sh', '-c', 'apt-get update -q && ' + fetch)
	open(root + '/etc/hangu-try', 'w').close()


class Machine(Lab):
	"""A booted Debian as the box of a lab."""

	def __init__(self, root):
		super().__init__()
		self.names = {who: name.replace('hg-', 'boot-') for who, name in self.names.items()}
		self.root = root

	def __enter__(self):
		# All capabilities and all of /sys/module, as a machine has: a container by default has neither.
		self.nspawn = subprocess.Popen(
			['systemd-nspawn', '-q', '-D', self.root, '-M', 'hangu-try', '--boot', '--register=no', '--keep-unit',
			 '--private-network', '--capability=all', '--system-call-filter=bpf perf_event_open', '--volatile=overlay',
			 '--bind-ro=/sys/module', '--console=pipe'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
		try:
			self.leader = until(self.find_leader, 30)
			assert self.leader, 'nspawn has started nothing'
			assert until(lambda: self.do('systemctl', 'is-system-running', '--wait').stdout.strip() == 'running', 60), \
				self.do('systemctl', '--failed').stdout
			sh('ip', 'netns', 'attach', self.names['box'], self.leader)
			for who in ('client', 'server'):
				sh('ip', 'netns', 'add', self.names[who])
			self.wire_up()
			self.must('ip link add eth0 type veth peer name far; ip link set far up; ip link set eth0 up; ip addr add %s/24 dev eth0' % MANAGED)
		except BaseException:
			self.__exit__()
			raise
		return self

	def find_leader(self):
		with open('/proc/%d/task/%d/children' % (self.nspawn.pid, self.nspawn.pid), encoding='ascii') as f:
			for pid in f.read().split():
				with contextlib.suppress(OSError), open('/proc/%s/comm' % pid, encoding='ascii') as comm:
					if comm.read() == 'systemd\n':
						return pid
		return None

	def wire_up(self):
		"""The operator does his end himself."""
		for who, here, there, own, other in (('client', 'c0', 'eth1', CLIENT, SERVER), ('server', 's0', 'eth2', SERVER, CLIENT)):
			ns = self.names[who]
			sh('ip', '-n', ns, 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', self.leader)
			sh('ip', 'netns', 'exec', ns, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/%s/disable_ipv6' % here)
			sh('ip', 'netns', 'exec', ns, 'ethtool', '-K', here, 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off')
			sh('ip', '-n', ns, 'addr', 'add', own + '/32', 'dev', here)
			sh('ip', '-n', ns, 'link', 'set', here, 'up')
			sh('ip', '-n', ns, 'route', 'add', other + '/32', 'dev', here)

	def do(self, *words, **more):
		"""A command in the machine, to its end, which need not be a good one."""
		return subprocess.run(['nsenter', '-t', self.leader, '-a', '-r', '-w', *ENVIRONMENT, *words], capture_output=True,
		                      text=True, timeout=120, **more)

	def must(self, command, **more):
		"""A line of the shell that has to succeed; what it says."""
		done = self.do('sh', '-c', 'cd /root; ' + command, **more)
		assert done.returncode == 0, (command, done.returncode, done.stdout[-1000:], done.stderr[-1000:])
		return done.stdout

	def file(self, path, content=None, how='w'):
		path = '/proc/%s/root%s' % (self.leader, path)
		with open(path, how if content is not None else 'r', encoding='utf-8') as f:
			return f.read() if content is None else f.write(content)

	def show(self, unit, *names):
		lines = self.must('systemctl show %s %s' % (unit, ' '.join('-p ' + n for n in names))).splitlines()
		values = dict(line.split('=', 1) for line in lines)
		return values[names[0]] if len(names) == 1 else values

	def said(self, *words):
		return self.must('journalctl --no-pager -o cat ' + ' '.join(words))

	def events(self, kind):
		return [e for e in map(json.loads, self.file('/var/log/hangu/eve.json').splitlines()) if e['event_type'] == kind]

	def reaches(self, knock=None):
		"""The client the server, by a ping with a word in it."""
		more = [] if knock is None else ['-p', knock.encode().hex()]
		return self.on('client', 'ping', '-q', '-c', '1', '-W', '1', *more, SERVER).returncode == 0

	def enforced(self):
		"""Whether both planes shut the client out."""
		engine = CLIENT in self.do('hangu', 'ctl', 'block-list').stdout
		return engine, CLIENT in self.do('nft', 'list', 'set', 'inet', 'hangu', 'host4').stdout

	def pid(self, unit):
		pid = self.show(unit, 'MainPID')
		assert pid != '0', (unit, 'does not run', self.said('-n 20'))
		return pid

	def __exit__(self, *_):
		self.nspawn.terminate()
		try:
			self.nspawn.wait(timeout=60)
		finally:
			super().__exit__()


def configure(m, outputs=''):
	"""As docs/live.md says, "Two ports, ten minutes"."""
	with open(os.path.join(HERE, '../../docs/live.md'), encoding='utf-8') as f:
		ports = re.search(r'```yaml\n(dpdk:\n.*?)```', f.read(), re.S)[1]
	text = m.package_yaml.replace('\n#dpdk:', '\n%s\n#dpdk:' % ports, 1).replace('linkage:\n  mode: observe', LINKAGE)
	text = text.replace('    #- name: firewall', '    - name: firewall').replace('    #  driver: nft', '      driver: nft')
	m.file('/etc/hangu/hangu.yaml', text.replace('\noutputs:\n', '\noutputs:\n' + outputs))
	m.file('/etc/hangu/rules/local.rules', RULE % ('a knock', 'knock', 1000001))


def installed_and_asleep(m):
	m.must(INSTALL)
	m.package_yaml = m.file('/etc/hangu/hangu.yaml')
	for unit in UNITS:
		assert m.do('systemctl', 'is-enabled', unit).stdout.strip() == 'disabled', unit
	m.must('rm -r /run/hangu; systemd-tmpfiles --create hangu.conf')
	modes = m.must('stat -c %U:%G:%a /run/hangu /var/lib/hangu /var/log/hangu /var/cache/hangu').split()
	assert modes == ['hangu:hangu:750'] * 4, modes


def ten_minutes(m):
	configure(m)
	m.must('hangu check -c /etc/hangu/hangu.yaml && hangu-linkd check -c /etc/hangu/hangu.yaml')
	looked = m.do('hangu', 'run', '--check-host', '-c', '/etc/hangu/hangu.yaml')
	todo = re.findall(r'^problem .*?is down: (.*)$', looked.stdout, re.M)
	assert looked.returncode == 1 and sorted(todo) == ['ip link set eth%d up' % n for n in (1, 2)], looked
	for line in todo:
		m.must(line)
	m.must('for i in eth1 eth2; do ethtool -K $i gro off lro off; done; hangu run --check-host -c /etc/hangu/hangu.yaml')
	m.must('systemctl enable --now hangu hangu-linkd')
	assert m.reaches(), 'packets pass as soon as systemctl returns'
	assert m.show('hangu', 'StatusText') == '1 worker on 2 devices, 1 rule', m.show('hangu', 'StatusText')
	assert m.show('hangu-linkd', 'StatusText') == 'mode auto, 2 targets'
	warned = m.said('-q -p warning -u hangu -u hangu-linkd')
	assert warned == '', 'each found what it needs at once, but ' + warned
	assert "Couldn't stat" not in m.said('-b')
	assert m.must('ls /var/cache/hangu'), 'compiled patterns are kept'


def without_rights(m):
	for unit, most in (('hangu', 3.5), ('hangu-linkd', 2.2)):
		pid, user = m.pid(unit), m.must('id -u hangu').strip()
		threads = m.must('cat /proc/%s/task/*/status' % pid)
		assert set(re.findall(r'^[UG]id:\t(.*)$', threads, re.M)) <= {'\t'.join([i] * 4) for i in (user, m.must('id -g hangu').strip())}
		caps = re.findall(r'^CapEff:\t(\w+)$', threads, re.M)
		assert [int(c, 16) for c in caps] == [1 << 12] + [0] * (len(caps) - 1), (unit, caps)
		assert set(re.findall(r'^(NoNewPrivs|Seccomp):\t(\d)$', threads, re.M)) == {('NoNewPrivs', '1'), ('Seccomp', '2')}
		exposure = float(re.search(r'exposure level for \S+: (\S+)', m.must('systemd-analyze security --no-pager ' + unit))[1])
		assert exposure <= most, (unit, exposure)


def free(m):
	"""The client is let in again, on both planes."""
	m.must('hangu-linkd ctl del ' + CLIENT)
	assert until(lambda: m.enforced() == (False, False)) and until(m.reaches), m.enforced()


def an_alert_blocks(m):
	assert m.reaches() and m.reaches('knock'), 'who has had answers has proved that he is there'
	assert until(lambda: m.enforced() == (True, True)), (m.enforced(), m.said('-n 30'))
	assert not m.reaches()
	assert m.events('alert')[-1]['alert']['signature'] == 'a knock'


def killed_they_come_back(m):
	for unit in UNITS:
		pid = m.pid(unit)
		m.must('kill -9 ' + pid)
		assert until(lambda: m.show(unit, 'ActiveState') == 'active' and m.show(unit, 'MainPID') not in ('0', pid), 20)
		assert until(lambda: m.enforced() == (True, True)), 'blocks are there again'
		assert m.show(unit, 'NRestarts') == '1'
	assert not m.reaches()
	free(m)


def reload_takes_new_rules(m):
	flood = m.start('client', 'ping', '-q', '-i', '0.01', '-c', '200', SERVER)
	m.file('/etc/hangu/rules/local.rules', RULE % ('another', 'other', 1000002), 'a')
	m.must('systemctl reload hangu')
	assert m.show('hangu', 'StatusText').endswith(', 2 rules')
	assert flood.wait(30) == 0
	m.reaches('other')
	assert until(lambda: any(e['alert']['signature_id'] == 1000002 for e in m.events('alert')))
	assert m.show('hangu', 'ActiveState') == 'active' and m.show('hangu', 'NRestarts') == '1'


def what_cannot_be_read_is_said(m):
	good = m.file('/etc/hangu/hangu.yaml')
	m.file('/etc/hangu/rules/local.rules', 'alert nonsense\n', 'a')
	m.must('systemctl reload hangu')
	assert 'local.rules:3:' in m.said('-p warning -u hangu -n 5')
	m.file('/etc/hangu/hangu.yaml', good + 'nosuchkey: 1\n')
	assert m.do('systemctl', 'reload', 'hangu').returncode != 0
	assert 'hangu.yaml:' in m.said('-p err -u hangu -n 5') and m.reaches()
	assert m.do('systemctl', 'restart', 'hangu').returncode != 0
	time.sleep(3)
	assert m.show('hangu', 'ActiveState') == 'failed', 'it is not tried again and again'
	configure(m)
	m.must('systemctl start hangu')
	assert m.reaches()


def a_late_interface_is_waited_for(m):
	m.must('systemctl stop hangu; ip link del eth1; ip link del eth2')
	assert m.do('systemctl', 'start', '--no-block', 'hangu').returncode == 0
	assert until(lambda: int(m.show('hangu', 'NRestarts')) >= 8, 60), m.show('hangu', 'NRestarts', 'ActiveState')
	m.wire_up()
	m.must('ip link set eth1 up; ip link set eth2 up')
	assert until(lambda: m.show('hangu', 'ActiveState') == 'active', 30), m.said('-n 20')
	assert m.reaches()
	m.must('systemctl restart hangu')


@contextlib.contextmanager
def drop_in(m, lines, unit='hangu'):
	folder = '/etc/systemd/system/%s.service.d' % unit
	m.must('mkdir -p ' + folder)
	m.file(folder + '/try.conf', '[Service]\n' + lines)
	m.must('systemctl daemon-reload; systemctl restart ' + unit)
	try:
		yield
	finally:
		m.do('rm', '-r', folder)
		m.do('systemctl', 'daemon-reload')
		m.must('systemctl restart ' + unit)


def one_that_stands_still_is_restarted(m):
	for unit in UNITS:
		with drop_in(m, 'WatchdogSec=2\n', unit):
			pid = m.pid(unit)
			time.sleep(5)
			assert m.show(unit, 'MainPID', 'NRestarts') == {'MainPID': pid, 'NRestarts': '0'}, 'while it goes round it is left alone'
			m.must('kill -STOP ' + pid)
			assert until(lambda: m.show(unit, 'NRestarts') == '1' and m.show(unit, 'ActiveState') == 'active', 60)
			assert 'Watchdog timeout' in m.said('-u', unit)
	assert m.reaches()


def rotation_loses_nothing(m):
	m.must('rm -f /var/log/hangu/*.json-*')
	before = len(m.events('alert'))
	m.file('/etc/hangu/rules/local.rules', RULE % ('counted', 'count', 1000003))
	m.must('systemctl reload hangu')
	flood = m.start('client', 'ping', '-q', '-i', '0.01', '-c', '300', '-p', b'count'.hex(), SERVER)
	for _ in range(4):
		m.must('logrotate --force /etc/logrotate.d/hangu; sleep 1')
	assert flood.wait(30) == 0
	m.must('gunzip /var/log/hangu/*.gz')
	assert until(lambda: m.must("cat /var/log/hangu/eve.json* | grep -c '\"alert\":{'").strip() == str(300 + before))
	assert m.must('stat -c %U:%a /var/log/hangu/eve.json').strip() == 'hangu:640'


LISTENER = '''
import socket, sys, threading
def one(port):
    s = socket.create_server(("", port))
    while True:
        c = s.accept()[0]
        print(port, c.recv(20), flush=True)
threads = [threading.Thread(target=one, args=(int(p),)) for p in sys.argv[1:]]
[t.start() for t in threads]
'''


def records_get_out(m):
	"""By names, TLS included; with a filter of system calls that kills."""
	sinks = ''.join('  - eve-log: {enabled: yes, filetype: %s, types: [ alert ]}\n' % sink for sink in (
		'syslog, identity: tried', 'syslog, syslog: {transport: tcp, server: collector.lab, port: 6514}',
		'syslog, syslog: {transport: tls, server: collector.lab, port: 6515}',
		'kafka, kafka: {brokers: "collector.lab:9092"}', 'redis, redis: {server: collector.lab}'))
	m.file('/etc/hosts', MANAGED + ' collector.lab\n', 'a')
	m.file('/root/listener.py', LISTENER)
	m.must('systemd-run --unit listener python3 /root/listener.py 6514 6515 9092 6379')
	configure(m, sinks)
	m.must('hangu check -c /etc/hangu/hangu.yaml')
	with drop_in(m, 'SystemCallErrorNumber=\n'), drop_in(m, 'SystemCallErrorNumber=\n', 'hangu-linkd'):
		an_alert_blocks(m)
		free(m)
		m.must('logrotate --force /etc/logrotate.d/hangu; systemctl reload hangu; hangu ctl worker-restart')
		heard = until(lambda: set(re.findall(r'^(\d+) b.', m.said('-u listener'), re.M)) == {'6514', '6515', '9092', '6379'}, 30)
		assert heard, m.said('-u listener')
		assert '"signature":"a knock"' in m.said('-t tried'), 'by the local syslog'
		assert m.show('hangu', 'NRestarts') == '0' and m.show('hangu-linkd', 'NRestarts') == '0', m.said('-n 40')
		m.must('systemctl stop hangu hangu-linkd')
		assert [m.show(u, 'ExecMainStatus') for u in UNITS] == ['0', '0']
	configure(m)
	m.must('systemctl restart hangu hangu-linkd; systemctl stop listener')


def real_time(m):
	"""Where nobody may raise the limit, as in a container without CAP_SYS_RESOURCE, by right."""
	limit = re.search(r'realtime priority\s+(\d+)', m.must('cat /proc/%s/limits' % m.pid('hangu')))[1]
	print('# LimitRTPRIO=1 came to ' + limit, flush=True)
	right = '' if limit != '0' else 'CapabilityBoundingSet=CAP_SYS_NICE\n'
	ambient = '' if limit != '0' else right + 'AmbientCapabilities=CAP_SYS_NICE\n'
	with drop_in(m, right), drop_in(m, ambient, 'hangu-linkd'):
		for unit, first in (('hangu', {'hangu', 'hg-output'}), ('hangu-linkd', {'hangu-linkd'})):
			lines = [line.split() for line in m.must('ps -L -o cls,rtprio,comm -p ' + m.pid(unit)).splitlines()[1:]]
			assert [(c, p) for c, p, _ in lines if c != 'TS'] == [('FF', '1')] * len(first), lines
			assert {name for c, _, name in lines if c == 'FF'} == first, lines


def set_huge_pages(n):
	"""Of the whole machine: a container has none of its own."""
	with open('/proc/sys/vm/nr_hugepages', 'w', encoding='ascii') as f:
		f.write('%d' % n)


def huge_pages(m):
	def figure(name):
		return int(re.search(r'HugePages_%s:\s+(\d+)' % name, m.file('/proc/meminfo'))[1])
	before = figure('Total')
	set_huge_pages(before + 100)
	try:
		unused = figure('Free')
		m.must('systemctl restart hangu')
		assert m.reaches() and figure('Free') < unused, (unused, figure('Free'))
	finally:
		m.must('systemctl stop hangu')
		set_huge_pages(before)
	m.must('systemctl start hangu')


def other_drivers(m):
	"""One port by a driver that opens a device, then by one that loads a program; the latter wants more than the unit gives."""
	good = m.file('/etc/hangu/hangu.yaml')

	def with_port(name):
		m.file('/etc/hangu/hangu.yaml', re.sub(r'\b((?:copy-)?iface|interface): eth2', r'\1: "%s"' % name, good))
	with_port('net_tap0,iface=tap7')
	m.must('systemctl restart hangu; ip link show tap7')
	with_port('net_af_xdp0,iface=eth2')
	assert m.do('systemctl', 'restart', 'hangu').returncode != 0
	with drop_in(m, 'CapabilityBoundingSet=CAP_SYS_ADMIN\n'):
		assert until(m.reaches)
		m.file('/etc/hangu/hangu.yaml', good)
	m.must('ip link set eth2 xdp off')
	assert until(m.reaches)


def a_firewall_elsewhere(m):
	"""In another network namespace, which may come late and be made anew."""
	good = m.file('/etc/hangu/hangu.yaml')
	m.file('/etc/hangu/hangu.yaml', good.replace('driver: nftables', 'driver: nftables\n      netns: /run/netns/far'))
	m.must('ip netns add far')
	there = lambda: CLIENT in m.do('ip', 'netns', 'exec', 'far', 'nft', 'list', 'set', 'inet', 'hangu', 'host4').stdout  # noqa: E731
	more = 'AmbientCapabilities=CAP_SYS_ADMIN\nCapabilityBoundingSet=CAP_SYS_ADMIN\nRestrictNamespaces=net\n'
	with drop_in(m, more, 'hangu-linkd'):
		assert m.reaches() and m.reaches('knock') and until(there)
		m.must('ip netns del far; ip netns add far')
		assert until(there), m.said('-u hangu-linkd -n 10')
		m.must('systemctl stop hangu-linkd; ip netns del far')
		assert m.do('systemctl', 'start', 'hangu-linkd').returncode != 0
		m.must('ip netns add far')
		assert until(there), m.said('-u hangu-linkd -n 10')
		m.must('hangu-linkd ctl del ' + CLIENT)
		m.file('/etc/hangu/hangu.yaml', good)
	assert until(m.reaches)


def the_end_is_orderly(m):
	assert m.reaches()
	flows = len(m.events('flow'))
	m.must('systemctl stop hangu hangu-linkd')
	for unit in UNITS:
		assert m.show(unit, 'Result', 'ExecMainStatus') == {'Result': 'success', 'ExecMainStatus': '0'}, unit
	assert len(m.events('flow')) > flows and m.events('stats'), 'open flows are written'


def upgraded_removed_purged(m):
	m.must('systemctl start hangu hangu-linkd')
	old = [m.pid(u) for u in UNITS]
	m.must('apt-get install -q -y --reinstall --no-install-recommends /root/hangu.deb')
	new = [m.pid(u) for u in UNITS]
	assert not set(old) & set(new), (old, new)
	assert m.reaches() and 'dpdk:' in m.file('/etc/hangu/hangu.yaml')
	m.must('apt-get remove -q -y hangu')
	assert not m.reaches() and 'dpdk:' in m.file('/etc/hangu/hangu.yaml')
	assert m.do('pgrep', '-u', 'hangu').stdout == ''
	m.must('apt-get purge -q -y hangu')
	left = m.must("find /etc /run /var/lib /var/log /var/cache /usr/share /lib/systemd -path '*hangu*' "
	              "! -path '/var/lib/dpkg/*' ! -path '/etc/hangu-try'").split()
	assert not left and m.do('getent', 'passwd', 'hangu').returncode != 0, left


CASES = (
	('the package is installed, and nothing starts', installed_and_asleep),
	('two ports, ten minutes', ten_minutes),
	('no rights after the start', without_rights),
	('an alert blocks on both planes', an_alert_blocks),
	('killed, both come back with all blocks', killed_they_come_back),
	('a reload takes new rules and loses no packet', reload_takes_new_rules),
	('what cannot be read is said, and not tried again', what_cannot_be_read_is_said),
	('an interface that comes late is waited for', a_late_interface_is_waited_for),
	('one that stands still is restarted', one_that_stands_still_is_restarted),
	('rotation loses no record', rotation_loses_nothing),
	('records get out, and no system call is missed', records_get_out),
	('real-time priority is obtained', real_time),
	('huge pages are used', huge_pages),
	('other drivers find their devices', other_drivers),
	('a firewall in another network namespace is reached', a_firewall_elsewhere),
	('the end is orderly', the_end_is_orderly),
	('upgraded, removed, purged', upgraded_removed_purged),
)


def main(words):
	keep = words[:1] == ['--keep']
	if len(words) != 2 + keep or os.geteuid() != 0:
		return __doc__
	root = os.path.abspath(words[-2]) + '/root'
	os.makedirs(root, exist_ok=True)
	make_root(root, words[-1])
	with Machine(root) as m:
		failed = tap.run('boot', [(name, lambda case=case: case(m)) for name, case in CASES])
		if keep:
			print('# nsenter -t %s -a -r -w' % m.leader, flush=True)
			sys.stdin.read()
	return failed


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
