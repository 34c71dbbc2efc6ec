"""Drives the program `live` (live.c): its orders, and clients of its sockets."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time


class Live:
	"""A running `live` in a folder of its own; sets: KEY=VALUE; config: text of a YAML file."""

	def __init__(self, program, sets=(), config=None, folder=None):
		self.folder = folder or tempfile.mkdtemp(prefix='hangu-')
		self.own = folder is None
		self.control = os.path.join(self.folder, 'c.sock')
		self.events = os.path.join(self.folder, 'e.sock')
		args = [program]
		if config is not None:
			path = os.path.join(self.folder, 'live.yaml')
			with open(path, 'w') as f:
				f.write(config)
			args += ['-c', path]
		for s in ['default-log-dir=' + self.folder, 'unix-command.filename=' + self.control,
				'event-socket.filename=' + self.events, *sets]:
			args += ['--set', s]
		self.log = open(os.path.join(self.folder, 'stderr'), 'w+')
		self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
		self.last = None
		said = self.process.stdout.readline()
		if said != 'ready\n':
			self.process.wait()
			why = self.said()
			if self.own:
				shutil.rmtree(self.folder)
			raise RuntimeError('live did not start: ' + why)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		try:
			self.end()
		finally:
			if self.own:
				shutil.rmtree(self.folder)

	def order(self, text):
		self.process.stdin.write(text + '\n')
		self.process.stdin.flush()
		return self.process.stdout.readline().strip()

	def emit(self, count, kind='alert'):
		"""Lines by the main thread; how many were refused."""
		return int(self.order('emit %d %s' % (count, kind)).split()[1])

	def storm(self, count):
		return int(self.order('storm %d' % count).split()[1])

	def stats(self):
		return json.loads(self.order('stats'))

	def until(self, true, seconds=20):
		"""Waits until the figures are so."""
		deadline = time.monotonic() + seconds
		while True:
			s = self.stats()
			if true(s):
				return s
			if time.monotonic() > deadline:
				raise AssertionError('not within %d seconds: %s' % (seconds, s))
			time.sleep(0.01)

	def said(self):
		self.log.seek(0)
		return self.log.read()

	def end(self):
		"""Ends it; its last figures."""
		if self.last is None:
			try:
				self.process.stdin.close()
			except OSError:
				pass
			rest = self.process.stdout.read()
			code = self.process.wait(30)
			assert code == 0, 'live ended with %d: %s' % (code, self.said())
			self.last = json.loads(rest.splitlines()[-1])
			self.log.close()
		return self.last

	def path(self, name):
		return os.path.join(self.folder, name)

	def lines(self, *names):
		"""The records of files, parsed."""
		out = []
		for name in names:
			with open(self.path(name)) as f:
				text = f.read()
			assert text == '' or text.endswith('\n'), '%s ends in half a line' % name
			out += [json.loads(x) for x in text.splitlines()]
		return out


def connect(path, timeout=20):
	s = socket.socket(socket.AF_UNIX)
	s.settimeout(timeout)
	s.connect(path)
	return s


class Control:
	"""A client of the control socket's framing."""

	def __init__(self, path, version='0.2'):
		self.socket = connect(path)
		self.file = self.socket.makefile('rb')
		self.hello = self.message({'version': version})

	def raw(self, data):
		self.socket.sendall(data)

	def receive(self):
		line = self.file.readline()
		return json.loads(line) if line else None

	def message(self, value):
		self.raw(json.dumps(value).encode())
		return self.receive()

	def command(self, name, **arguments):
		return self.message({'command': name, 'arguments': arguments} if arguments else {'command': name})

	def ok(self, name, **arguments):
		got = self.command(name, **arguments)
		assert got['return'] == 'OK', got
		return got['message']

	def nok(self, name, **arguments):
		got = self.command(name, **arguments)
		assert got['return'] == 'NOK', got
		return got['message']

	def close(self):
		self.file.close()
		self.socket.close()


def equal(got, want):
	assert got == want, 'got %.300r, want %.300r' % (got, want)


def in_order(records):
	"""How many records there are; each producer's numbers must go up by one."""
	following = {}
	for r in records:
		equal(r['n'], following.get(r['producer'], r['n']))
		following[r['producer']] = r['n'] + 1
	return len(records)
