#!/usr/bin/env python3
"""What both programs tell the service manager that has started them (sd_notify(3)).

usage: notify.py HANGU LINKD          prints TAP; skipped without root
"""
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402
from lab import SERVER, Lab, missing, until  # noqa: E402
from live import seized  # noqa: E402

HANGU, LINKD = (os.path.abspath(p) for p in sys.argv[1:3]) if len(sys.argv) > 2 else ('', '')
RULE = 'alert icmp any any -> any any (msg:"%d"; sid:%d;)\n'
BEAT = 0.2  # seconds that a program may be silent


class Manager:
	"""Stands in for systemd towards what is started meanwhile."""

	def __init__(self, folder):
		self.name = folder + '/notify'
		self.heard = []

	def listen(self):
		while message := self.socket.recv(4096).decode():
			self.heard.append(message)

	def __enter__(self):
		self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		self.socket.bind(self.name)
		self.listener = threading.Thread(target=self.listen)
		self.listener.start()
		os.environ.update(NOTIFY_SOCKET=self.name, WATCHDOG_USEC='%d' % (BEAT * 1e6))
		return self

	def __exit__(self, *_):
		del os.environ['NOTIFY_SOCKET'], os.environ['WATCHDOG_USEC']
		with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
			s.sendto(b'', self.name)
		self.listener.join()
		self.socket.close()

	def states(self, n=0):
		"""All that was told besides signs of life; waits until there are n."""
		return until(lambda: len(told := [m for m in self.heard if m != 'WATCHDOG=1']) >= n and told) or self.heard

	def signs(self):
		return self.heard.count('WATCHDOG=1')


def reaches(lab):
	return lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', SERVER).returncode == 0


def hangu_is_ready_when_packets_pass():
	with tempfile.TemporaryDirectory() as folder, Manager(folder) as manager, Lab() as lab:
		rules = folder + '/x.rules'
		with open(rules, 'w', encoding='utf-8') as f:
			f.write(RULE % (1, 1))
		with lab.hangu(HANGU, '-S', rules, '--workers', '2') as h:
			ready = 'READY=1\nSTATUS=2 workers on 2 devices, %s'
			assert until(lambda: len(manager.states()) > 1, 30), h.said()
			assert h.ask('uptime') >= 0 and reaches(lab), h.said()
			assert manager.states(2) == ['STATUS=loading rules', ready % '1 rule'], manager.states()
			with open(rules, 'a', encoding='utf-8') as f:
				f.write(RULE % (2, 2))
			h.ask('reload-rules')
			reloading, again = manager.states(4)[2:]
			assert re.fullmatch(r'RELOADING=1\nMONOTONIC_USEC=\d+', reloading) and again == ready % '2 rules', (reloading, again)
			os.unlink(rules)
			with contextlib.suppress(AssertionError):
				h.ask('reload-rules')
			assert len(manager.states(6)) == 6 and manager.states()[5] == again, 'a set that is not taken is the end of it, too'
			assert h.stop() == 0
			assert manager.states(7)[6:] == ['STOPPING=1'], manager.states()


def lives(manager):
	before = manager.signs()
	return until(lambda: manager.signs() > before + 2)


def hangu_lives_while_its_main_thread_does():
	with tempfile.TemporaryDirectory() as folder, Manager(folder) as manager, Lab() as lab:
		with lab.hangu(HANGU, '--set', 'engine.watchdog=1') as h:
			assert lives(manager), manager.heard
			with seized(h.process.pid, 'worker-0'):
				assert until(lambda: manager.states()[-1].endswith('; standing still: 1')), manager.states()
				assert lives(manager), 'a worker is no matter of the main thread'
			assert until(lambda: not manager.states()[-1].endswith('still: 1')), manager.states()
			with seized(h.process.pid, 'hangu'):
				time.sleep(BEAT)
				before = manager.signs()
				time.sleep(5 * BEAT)
				assert manager.signs() == before, 'nobody else lives in its place'
			assert lives(manager)
			assert h.stop() == 0


def linkd_tells_the_same():
	config = '%%YAML 1.1\n---\nlinkage:\n  mode: observe\n' + ''.join('  %s: %%(f)s/%s\n' % row for row in (
		('events', 'events.sock'), ('socket', 'linkd.sock'), ('store', 'linkage.db'), ('log', 'block.json')))
	with tempfile.TemporaryDirectory() as folder, Manager(folder) as manager:
		with open(folder + '/x.yaml', 'w', encoding='utf-8') as f:
			f.write(config % {'f': folder} + '  targets: [ {name: engine, driver: engine, socket: %s/control.sock} ]\n' % folder)
		linkd = subprocess.Popen([LINKD, 'run', '-c', folder + '/x.yaml'], stderr=subprocess.DEVNULL)
		try:
			assert until(lambda: 'READY=1' in ''.join(manager.heard))
			asked = subprocess.run([LINKD, 'ctl', '-s', folder + '/linkd.sock', 'stats'], capture_output=True, text=True)
			assert asked.returncode == 0, asked
			assert lives(manager)
			linkd.terminate()
			assert linkd.wait(30) == 0
			assert manager.states(2) == ['READY=1\nSTATUS=mode observe, 1 target', 'STOPPING=1'], manager.states()
		finally:
			if linkd.poll() is None:
				linkd.kill()


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(HANGU):
		sys.exit(__doc__)
	sys.exit(tap.run('notify', [
		('hangu is ready when packets pass, and after each reload', needing_root(hangu_is_ready_when_packets_pass)),
		('hangu lives while its main thread does', needing_root(hangu_lives_while_its_main_thread_does)),
		('hangu-linkd tells the same', linkd_tells_the_same),
	]))
