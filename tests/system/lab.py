"""Three hosts in network namespaces: a client, the box with hangu between b0 and b1, a server. Needs root.

	with Lab() as lab:
	    with lab.hangu(program, '-S', rules) as h:
	        lab.client('curl', ...)
	h.events()
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

CLIENT, SERVER = '203.0.113.5', '192.168.77.10'
NEEDED = ('ip', 'ethtool')
LINKAGE = '''%%YAML 1.1
---
linkage:
  events: %(folder)s/events.sock
  socket: %(folder)s/linkd.sock
  store: %(folder)s/linkage.db
  log: %(folder)s/block.json
%(rules)s
  targets:
    - {name: engine, driver: engine, socket: %(folder)s/control.sock}
'''
FIREWALL = '    - {name: nftables, driver: nftables, netns: /run/netns/%s}\n'


def missing():
	"""Why a lab cannot be set up here; None: it can."""
	if os.geteuid() != 0:
		return 'network namespaces need root'
	absent = [tool for tool in NEEDED if shutil.which(tool) is None]
	return 'not installed: ' + ' '.join(absent) if absent else None


def sh(*words, **more):
	return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def until(condition, seconds=10, every=0.02):
	"""Waits for it; what it gave last."""
	end = time.monotonic() + seconds
	while not (value := condition()) and time.monotonic() < end:
		time.sleep(every)
	return value


SEIZE = '''
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 4
tid = int(sys.argv[1])
for request in (0x4206, 0x4207):  # PTRACE_SEIZE, PTRACE_INTERRUPT
	assert libc.ptrace(request, tid, 0, 0) == 0, os.strerror(ctypes.get_errno())
os.waitpid(tid, 0x40000000)  # __WALL
print(flush=True)
time.sleep(60)
'''


@contextlib.contextmanager
def seized(pid, name):
	"""Stops one thread, as nothing but a debugger can, for as long as the context lasts."""
	tasks = '/proc/%d/task' % pid
	named = lambda: [t for t in os.listdir(tasks) if open('%s/%s/comm' % (tasks, t)).read().strip() == name]
	tid = until(named)[0]
	with subprocess.Popen([sys.executable, '-c', SEIZE, tid], stdout=subprocess.PIPE) as debugger:
		assert debugger.stdout.readline() == b'\n'
		yield
		debugger.kill()


class Hangu:
	def __init__(self, process, folder):
		self.process, self.folder = process, folder

	def events(self, kind=None):
		try:
			with open(self.folder + '/eve.json', encoding='utf-8') as f:
				all_of = [json.loads(line) for line in f if line.endswith('\n')]
		except FileNotFoundError:
			return []
		return [e for e in all_of if kind is None or e['event_type'] == kind]

	def said(self):
		with open(self.folder + '/said', encoding='utf-8') as f:
			return f.read()

	def ask(self, command, **arguments):
		"""One command of the control socket; its message, or an AssertionError with it."""
		with socket.socket(socket.AF_UNIX) as s:
			s.settimeout(30)
			s.connect(self.folder + '/control.sock')
			lines = s.makefile('rw')
			for order in ({'version': '0.2'}, {'command': command, 'arguments': arguments}):
				lines.write(json.dumps(order) + '\n')
				lines.flush()
				answer = json.loads(lines.readline())
		assert answer['return'] == 'OK', answer
		return answer.get('message')

	def stop(self, how=signal.SIGTERM):
		if self.process.poll() is None:
			self.process.send_signal(how)
		return self.process.wait(timeout=30)


class Lab:
	def __init__(self):
		self.names = {who: 'hg-%s-%d' % (who, os.getpid()) for who in ('client', 'box', 'server')}
		self.started = []

	def __enter__(self):
		for ns in self.names.values():
			sh('ip', 'netns', 'add', ns)
			sh('ip', '-n', ns, 'link', 'set', 'lo', 'up')
		try:
			self.wire('client', 'c0', 'b0', CLIENT, SERVER)
			self.wire('server', 's0', 'b1', SERVER, CLIENT)
		except BaseException:
			self.__exit__()
			raise
		return self

	def wire(self, who, here, there, own, other):
		"""A link to the box. Offloads off: a veth would hand over frames without checksums, or of 64 kB."""
		ns, box = self.names[who], self.names['box']
		sh('ip', '-n', ns, 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', box)
		for place, link in ((ns, here), (box, there)):
			sh('ip', 'netns', 'exec', place, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/%s/disable_ipv6' % link)
			sh('ip', '-n', place, 'link', 'set', link, 'up')
			sh('ip', 'netns', 'exec', place, 'ethtool', '-K', link, 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off')
		sh('ip', '-n', ns, 'addr', 'add', own + '/32', 'dev', here)
		sh('ip', '-n', ns, 'route', 'add', other + '/32', 'dev', here)

	def __exit__(self, *_):
		for ns in self.names.values():
			pids = subprocess.run(['ip', 'netns', 'pids', ns], capture_output=True, text=True).stdout.split()
			for pid in pids:
				with contextlib.suppress(ProcessLookupError):
					os.kill(int(pid), signal.SIGKILL)
			subprocess.run(['ip', 'netns', 'del', ns], capture_output=True)

	def on(self, who, *words, **more):
		"""Runs a command on a host to its end, which need not be a good one."""
		return subprocess.run(['ip', 'netns', 'exec', self.names[who], *words], capture_output=True, text=True,
		                      timeout=60, **more)

	def start(self, who, *words, **more):
		return subprocess.Popen(['ip', 'netns', 'exec', self.names[who], *words],
		                        **{'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, **more})

	def start_hangu(self, program, folder, *words):
		"""`hangu run` on the box, inline; its files in this folder, where an earlier one may have left some."""
		with open(folder + '/said', 'a', encoding='utf-8') as said:
			return Hangu(subprocess.Popen(
				['ip', 'netns', 'exec', self.names['box'], program, 'run', '--inline', 'b0,b1', '-l', folder,
				 '--set', 'unix-command.filename=%s/control.sock' % folder,
				 '--set', 'event-socket.filename=%s/events.sock' % folder, *words], stdout=said, stderr=said), folder)

	def linkage(self, folder, *rules, firewall=True):
		"""Writes what hangu-linkd is to do beside a hangu in this folder, with its table and the server's firewall; returns the file."""
		path = folder + '/linkd.yaml'
		with open(path, 'w', encoding='utf-8') as f:
			f.write(LINKAGE % {'folder': folder, 'rules': '\n'.join('  ' + line for line in rules)})
			f.write(FIREWALL % self.names['server'] if firewall else '')
		return path

	@contextlib.contextmanager
	def hangu(self, program, *words, owner=None):
		"""The same in a folder of its own; passes frames and answers when this begins. owner: of the folder, not root."""
		with tempfile.TemporaryDirectory() as folder:
			if owner is not None:
				shutil.chown(folder, owner)
			h = self.start_hangu(program, folder, *words)
			try:
				until(lambda: os.path.exists(folder + '/control.sock') or h.process.poll() is not None, 30)
				yield h
			finally:
				if h.process.poll() is None:
					h.process.kill()
				h.process.wait()
