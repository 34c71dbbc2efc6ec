#!/usr/bin/env python3
"""What is left of root's rights in the threads of hangu and hangu-linkd, and what they still can do without.

usage: rights.py HANGU LINKD          prints TAP; skipped without root
"""
import glob
import os
import pwd
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from lab import SERVER, Lab, missing, until  # noqa: E402

HANGU, LINKD = sys.argv[1:3] if len(sys.argv) > 2 else ('', '')
USER = 'nobody'
UID = pwd.getpwnam(USER).pw_uid
NET_ADMIN = 1 << 12
RULE = 'drop icmp any any -> any any (msg:"%s"; itype:8; sid:%d;)\n'


def threads(pid):
	"""Of each thread: its number, name and the fields of /proc/PID/status."""
	for path in glob.glob('/proc/%d/task/*/status' % pid):
		with open(path, encoding='utf-8') as f:
			fields = dict(line.rstrip('\n').split(':\t', 1) for line in f)
		yield int(path.split('/')[4]), fields['Name'], fields


def check_threads(pid, kept, least):
	"""All of them are the user's; only the main thread has capabilities, exactly `kept`."""
	seen = list(threads(pid))
	assert len(seen) >= least, [name for _, name, _ in seen]
	for tid, name, fields in seen:
		assert set(fields['Uid'].split()) == {str(UID)}, (name, fields['Uid'])
		assert fields['Gid'].split()[0] != '0' and '0' not in fields['Groups'].split(), (name, fields['Gid'], fields['Groups'])
		for kind in ('CapPrm', 'CapEff', 'CapInh', 'CapAmb'):
			allowed = kept if tid == pid and kind in ('CapPrm', 'CapEff') else 0
			assert int(fields[kind], 16) == allowed, (name, kind, fields[kind])
		assert fields['NoNewPrivs'] == '1', name


def hurried(pid):
	"""Names of the threads that run before ordinary ones."""
	return {name for tid, name, _ in threads(pid) if os.sched_getscheduler(tid) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO}


def nice(pid):
	"""Of each thread by its name."""
	return {name: os.getpriority(os.PRIO_PROCESS, tid) for tid, name, _ in threads(pid)}


def write(path, text, mode=0o644):
	with open(path, 'w', encoding='utf-8') as f:
		f.write(text)
	os.chmod(path, mode)


def reaches(lab):
	return lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', SERVER).returncode == 0


def the_engine_goes_on_without_rights():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		os.chmod(folder, 0o755)
		rules = folder + '/some.rules'
		write(rules, '')
		with lab.hangu(HANGU, '-S', rules, '--workers', '2', '--set', 'run-as.user=' + USER, '--set', 'rules.cache=no',
		               owner=USER) as h:
			assert until(lambda: reaches(lab)), h.said()
			check_threads(h.process.pid, NET_ADMIN, 4)
			for name in ('eve.json', 'control.sock', 'events.sock'):
				assert os.stat(h.folder + '/' + name).st_uid == UID, name
			write(rules, RULE % ('stopped', 1))
			h.ask('ruleset-reload-rules')
			check_threads(h.process.pid, NET_ADMIN, 4)
			assert hurried(h.process.pid) == {'hangu', 'hg-output'}, hurried(h.process.pid)
			os.rename(h.folder + '/eve.json', h.folder + '/eve.json.1')
			h.ask('reopen-log-files')
			assert not reaches(lab), 'rules are loaded anew'
			assert until(lambda: h.events('alert')), 'a new file is begun after rotation'
			assert os.stat(h.folder + '/eve.json').st_uid == UID
			lab.on('server', 'ip', 'link', 'set', 's0', 'down')
			assert until(lambda: 'LOWER_UP' not in lab.on('client', 'ip', 'link', 'show', 'c0').stdout, 5), 'links are mirrored'
			assert h.stop() == 0, h.said()
			assert not os.path.exists(h.folder + '/control.sock'), 'sockets are taken away'
			assert until(lambda: 'UP' in lab.on('box', 'ip', 'link', 'show', 'b0').stdout.split('>')[0].split('<')[1].split(','), 5)


def rules_that_a_reload_cannot_read_are_not_read():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		os.chmod(folder, 0o755)
		rules = folder + '/secret.rules'
		write(rules, RULE % ('x', 1), 0o600)
		with lab.hangu(HANGU, '-S', rules, '--set', 'run-as.user=' + USER, owner=USER) as h:
			assert h.process.wait(timeout=30) == 3
			assert 'secret.rules' in h.said() and 'Permission denied' in h.said(), h.said()


def without_a_user_root_stays():
	with Lab() as lab, lab.hangu(HANGU, '--set', 'engine.realtime=no') as h:
		assert until(lambda: reaches(lab)), h.said()
		assert not hurried(h.process.pid)
		by_name = {name: fields for _, name, fields in threads(h.process.pid)}
		assert by_name['hangu']['Uid'].split()[0] == '0'
		assert int(by_name['worker-0']['CapPrm'], 16) == 0, 'who looks at packets has no rights in any case'
		assert h.stop() == 0


def folders_that_it_makes_are_its_own():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		os.chmod(folder, 0o755)
		made = folder + '/made', folder + '/sockets'
		with lab.hangu(HANGU, '-l', made[0], '--set', 'event-socket.filename=%s/e.sock' % made[1], '--set', 'run-as.user=' + USER,
		               owner=USER) as h:
			assert until(lambda: reaches(lab)), h.said()
			assert h.stop() == 0, h.said()
		for path in made:
			assert os.stat(path).st_uid == UID, path
		with open(made[0] + '/eve.json', encoding='utf-8') as f:
			assert '"event_type":"flow"' in f.read()


def a_user_that_is_not_there_is_an_error():
	r = subprocess.run([HANGU, 'run', '-i', 'lo', '--set', 'run-as.user=nosuchuser'], capture_output=True, text=True, timeout=30)
	assert r.returncode == 1 and "there is no user 'nosuchuser'" in r.stderr, r.stderr


LINKAGE = '''%%YAML 1.1
---
run-as: {user: %s}
linkage:
  events: %s/events.sock
  socket: %s/linkd.sock
  store: %s/linkage.db
  log: %s/block.json
  test-addresses: yes
  targets: [ {driver: nftables} ]
'''


def linkage_keeps_the_network_alone():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		os.chown(folder, UID, -1)
		write(folder + '/c.yaml', LINKAGE % (USER, folder, folder, folder, folder))
		with lab.start('box', LINKD, 'run', '-c', folder + '/c.yaml') as p:
			try:
				ask = lambda *words: lab.on('box', LINKD, 'ctl', '-s', folder + '/linkd.sock', *words)
				assert until(lambda: ask('stats').returncode == 0), ask('stats').stderr
				check_threads(p.pid, NET_ADMIN, 2)
				assert hurried(p.pid) == {'hangu-linkd'} and nice(p.pid)['linkd-store'] == 10
				assert ask('add', '198.51.100.7', '--ttl', '60').returncode == 0
				assert until(lambda: '198.51.100.7' in lab.on('box', 'nft', 'list', 'ruleset').stdout), 'the firewall takes its orders'
			finally:
				p.send_signal(signal.SIGTERM)
			assert p.wait(timeout=20) == 0


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(HANGU):
		sys.exit(__doc__)
	sys.exit(tap.run('rights', [
		('the engine goes on as a user without rights, and does its work', needing_root(the_engine_goes_on_without_rights)),
		('rules that a reload could not read are not read at the start', needing_root(rules_that_a_reload_cannot_read_are_not_read)),
		('folders that it makes are its own', needing_root(folders_that_it_makes_are_its_own)),
		('without run-as root stays, workers have no rights', needing_root(without_a_user_root_stays)),
		('a user that is not there is an error', needing_root(a_user_that_is_not_there_is_an_error)),
		('linkage keeps the administration of the network alone', needing_root(linkage_keeps_the_network_alone)),
	]))
