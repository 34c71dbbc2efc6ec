#!/usr/bin/env python3
"""`hangu run --check-host` on a box whose interfaces are in order, and what it says of each thing that is not.

usage: host.py PROGRAM          prints TAP; skipped without root
"""
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from lab import Lab, missing  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''
RULE = 'alert icmp any any -> any any (msg:"x"; sid:1;)\n'


class Box:
	"""A lab whose box has all that a run needs, but for what a test takes away."""

	def __init__(self, lab, folder):
		self.lab, self.folder = lab, folder
		self.rules = folder + '/some.rules'
		with open(self.rules, 'w', encoding='utf-8') as f:
			f.write(RULE)

	def ip(self, *words):
		done = self.lab.on('box', 'ip', *words)
		assert done.returncode == 0, done.stderr

	def check(self, *words, user='nobody', language='C', inline=True):
		"""Exit status and lines: (state, about what, sentence)."""
		done = self.lab.on('box', 'env', 'LC_ALL=' + language, PROGRAM, 'run', '--check-host', '--workers', '1',
		                   *(('--inline', 'b0,b1') if inline else ()), '-S', self.rules, '-l', self.folder, '--set', 'run-as.user=' + user,
		                   '--set', 'rules.cache-dir=%s/cache' % self.folder,
		                   '--set', 'unix-command.filename=%s/c.sock' % self.folder,
		                   '--set', 'event-socket.filename=%s/e.sock' % self.folder, *words)
		return done.returncode, [re.split(r'  +', line, maxsplit=2) for line in done.stdout.splitlines() if line]


def in_a_box(case):
	def run():
		if missing():
			return 'skip: ' + missing()
		with tempfile.TemporaryDirectory() as folder, Lab() as lab:
			os.chmod(folder, 0o777)
			case(Box(lab, folder))
		return None
	return run


def problems(lines):
	return [line for line in lines if line[0] == 'problem']


def with_offloads(value):
	"""The same pair as `--inline b0,b1`."""
	pairs = (('b0', 'b1'), ('b1', 'b0'))
	return [word for i, (one, other) in enumerate(pairs) for key, v in
	        (('interface', one), ('copy-iface', other), ('copy-mode', 'ips'), ('offloads', value))
	        for word in ('--set', 'dpdk.interfaces.%d.%s=%s' % (i, key, v))]


def all_is_there(box):
	status, lines = box.check()
	assert status == 0 and not problems(lines), lines
	assert ['ok', 'rights', "goes on as the user nobody, without root's rights"] in lines, lines
	for name in ('b0', 'b1'):
		assert ['ok', name, 'link is up'] in lines and ['ok', name, 'no offload changes what is received'] in lines, lines
	assert ['ok', 'rule files', '1 are loaded'] in lines, lines
	assert not os.path.exists(box.folder + '/eve.json'), 'it only looks'


def each_fault_is_named(box):
	def one(what, sentence, *words, **more):
		status, lines = box.check(*words, **more)
		found = problems(lines)
		assert status == 1 and len(found) == 1 and found[0][1] == what and sentence in found[0][2], (what, sentence, found)

	one('CPUs', 'worker-cpu-set names CPU 1000; this machine has 0 to', '--set', 'threading.set-cpu-affinity=yes',
	    '--set', 'threading.cpu-affinity.worker-cpu-set.cpu=1000')
	one('CPUs', '2 workers share CPU 0 and wait for each other', '--set', 'threading.set-cpu-affinity=yes', '--workers', '2',
	    '--set', 'threading.cpu-affinity.worker-cpu-set.cpu=0')
	box.ip('link', 'set', 'b0', 'mtu', '1400')
	one('b0', 'its MTU is 1400, that of b1 is 1500, so large frames pass one way only: ip link set b0 mtu 1500')
	box.ip('link', 'set', 'b0', 'mtu', '1500')
	box.lab.on('box', 'ethtool', '-K', 'b1', 'gro', 'on')
	one('b1', 'ethtool -K b1 gro off', *with_offloads('keep'), inline=False)
	status, lines = box.check(*with_offloads('off'), inline=False)
	assert status == 0 and ['ok', 'b1', 'gro: switched off while hangu runs'] in lines, lines
	status, lines = box.check()
	assert status == 0 and ['ok', 'b1', 'gro: switched off while hangu runs'] in lines, 'the default: ' + str(lines)
	box.lab.on('box', 'ethtool', '-K', 'b1', 'gro', 'off')
	box.ip('link', 'add', 'br0', 'type', 'bridge')
	box.ip('link', 'set', 'b1', 'master', 'br0')
	one('b1', 'ip link set b1 nomaster')
	box.ip('link', 'set', 'b1', 'nomaster')
	os.chmod(box.folder, 0o755)
	status, lines = box.check()
	assert status == 1 and {line[1] for line in problems(lines)} == {'events', 'control socket', 'event socket'}, lines
	assert all('install -d -o nobody -m 750 ' + box.folder in line[2] for line in problems(lines)), lines
	os.chmod(box.folder, 0o777)
	one('events', 'install -d -o nobody -m 750 %s/no/such' % box.folder, '-l', box.folder + '/no/such')
	status, lines = box.check('-l', box.folder + '/new')
	assert status == 0 and ['ok', 'events', box.folder + '/new will be made'] in lines and not os.path.exists(box.folder + '/new'), lines
	one('rights', "there is no user 'nosuchuser'", user='nosuchuser')
	os.chmod(box.rules, 0o600)
	one('rule files', 'Permission denied')
	os.chmod(box.rules, 0o644)
	box.ip('link', 'set', 'b0', 'down')
	one('b0', 'ip link set b0 up')


def notes_are_no_problems(box):
	box.ip('addr', 'add', '192.0.2.9/24', 'dev', 'b0')
	with open(box.rules, 'a', encoding='utf-8') as f:
		f.write('alert nonsense\n')
	status, lines = box.check(user='')
	notes = [line[2] for line in lines if line[0] == 'note']
	assert status == 0, lines
	assert any('has the address 192.0.2.9' in n for n in notes) and any('goes on as root' in n for n in notes), notes
	assert any('1 are loaded, 1 are refused' in n for n in notes), notes


def chinese_where_the_locale_is(box):
	box.lab.on('box', 'ethtool', '-K', 'b1', 'gro', 'on')
	status, lines = box.check('--set', 'memory=1mb', language='zh_CN.UTF-8')
	assert status == 0 and lines[-1][0].startswith('`hangu run` 具备运行条件'), lines
	for line in lines[:-1]:
		assert line[0] in ('正常', '注意'), line
		assert re.search('[\u4e00-\u9fff]', line[2]), 'not translated: ' + line[2]


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('host', [
		('nothing is missing where all is there', in_a_box(all_is_there)),
		('each fault is one problem, with what to type', in_a_box(each_fault_is_named)),
		('notes are no problems', in_a_box(notes_are_no_problems)),
		('every line is Chinese where the locale is', in_a_box(chinese_where_the_locale_is)),
	]))
