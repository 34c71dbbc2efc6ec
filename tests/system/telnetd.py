#!/usr/bin/env python3
"""Telnet: Debian's server and client talk, what passes between them is replayed; other protocols on port 23 are no sessions.

usage: telnetd.py PROGRAM          prints TAP; without inetutils-telnetd, inetutils-telnet, root and a bash the first cases are skipped
"""
import json
import os
import pty
import random
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets
import tap
import traffic

SERVER, CLIENT = '/usr/sbin/telnetd', '/usr/bin/telnet'
OTHERS = ('dcerpc', 'dns', 'ftp', 'http', 'smb', 'smtp', 'ssh', 'tls')


def records(program, sessions):
	"""Records telnet of commands, and login, of (port, messages)."""
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, 'a.pcap')
		frames = []
		for i, (port, messages) in enumerate(sessions):
			frames += packets.talk(port, messages, sport=30000 + i)
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		done = subprocess.run([program, 'replay', capture], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
	told = [json.loads(line) for line in done.stdout.splitlines()]
	logins = [r['login'] for r in told if r['event_type'] == 'login' and r['login']['proto'] == 'telnet']
	return logins, [r['telnet'] for r in told if r['event_type'] == 'telnet']


class Wire:
	"""A connection through here: what either side sent, in the order in which it passed. None: who sees the end."""

	def __init__(self, login):
		self.said, self.listener = [], socket.create_server(('127.0.0.1', 0))
		self.port = self.listener.getsockname()[1]
		self.thread = threading.Thread(target=self.carry, args=(login,), daemon=True)
		self.thread.start()

	def carry(self, login):
		client, _ = self.listener.accept()
		inside = socket.create_server(('127.0.0.1', 0))
		server = socket.create_connection(inside.getsockname())
		end, _ = inside.accept()
		daemon = subprocess.Popen([SERVER, '-h', '-E', login], stdin=end, stdout=end, stderr=subprocess.DEVNULL)
		end.close()
		other = {client: server, server: client}
		while True:
			for s in select.select(list(other), [], [])[0]:
				try:
					data = s.recv(65536)
				except ConnectionError:
					data = b''
				if not data:
					client.close()
					server.close()
					daemon.wait()
					return
				self.said.append((s is server, data))
				other[s].sendall(data)


class Terminal:
	"""The client on a terminal of its own."""

	def __init__(self, port):
		self.pid, self.fd = pty.fork()
		if self.pid == 0:
			os.environ['TERM'] = 'vt100'
			os.execv(CLIENT, [CLIENT, '-E', '127.0.0.1', str(port)])
		self.seen = b''

	def expect(self, text):
		end = time.monotonic() + 20
		while text not in self.seen:
			left = end - time.monotonic()
			assert left > 0 and select.select([self.fd], [], [], left)[0], 'no %r in %r' % (text, self.seen[-500:])
			self.seen += os.read(self.fd, 65536)
		self.seen = self.seen.split(text, 1)[1]

	def type(self, keys, echo=None):
		os.write(self.fd, keys)
		if echo is not None:
			self.expect(echo)

	def close(self):
		try:
			while os.read(self.fd, 65536):
				pass
		except OSError:
			pass
		os.waitpid(self.pid, 0)
		os.close(self.fd)


def skip():
	missing = [path for path in (SERVER, CLIENT, '/bin/bash', '/bin/login') if not os.path.exists(path)]
	if missing:
		return 'skip: no %s here' % ', '.join(missing)
	return None if os.geteuid() == 0 else 'skip: not root'


def shell(program):
	"""A shell with history, completion and line editing."""
	why = skip()
	if why:
		return why
	folder = tempfile.mkdtemp()
	rc = os.path.join(folder, 'rc')
	with open(rc, 'w') as f:
		f.write("PS1='test> '\nHISTFILE=\nbind 'set bell-style none'\nbind 'set enable-bracketed-paste off'\ncd %s\n" % folder)
	open(os.path.join(folder, 'unmistakable.txt'), 'w').close()
	wire = Wire('/bin/bash --rcfile %s -i' % rc)
	t = Terminal(wire.port)
	t.expect(b'test> ')
	t.type(b'echo one', b'echo one')
	t.type(b'\r', b'test> ')
	t.type(b'ls unm\t', b'istakable.txt')
	t.type(b'\r', b'test> ')
	t.type(b'\x1b[A\x1b[A', b'one')
	t.type(b'\x1b[D\x1b[D\x1b[Dtw', b'tw')
	t.type(b'\x1b[3~\r', b'\ntwne\r\ntest> ')
	t.type(b'rm -rf /nowhere', b'nowhere')
	t.type(b'\x15', None)
	t.type(b'ec\x7fcho three\r', b'\nthree\r\ntest> ')
	t.type(b'stty -echo; echo ready; read secret; stty echo\r', b'\nready\r\n')
	t.type(b'sesame open\r', b'test> ')
	t.type(b'exit', b'exit')
	t.type(b'\r')
	t.close()
	wire.thread.join(20)
	shutil.rmtree(folder)
	_, told = records(program, [(2323, wire.said)])
	commands = [r['command'] for r in told if r['type'] == 'command']
	want = ['echo one', 'ls unmistakable.txt', 'echo twne', 'echo three', 'stty -echo; echo ready; read secret; stty echo']
	# The daemon may end with the shell before it has sent the end of the last line.
	ended = b'\n' in b''.join(data for from_server, data in wire.said if from_server).rsplit(b'test> ', 1)[1]
	assert commands == want + ['exit'] * ended, (commands, ended, wire.said[-6:])
	assert all(r['source'] == 'echo' for r in told if r['type'] == 'command'), told
	assert told[0]['output_head'].startswith('one\n'), told[0]
	assert 'sesame' not in json.dumps(told), told
	session = [r for r in told if r['type'] == 'session'][0]
	assert session['terminal'].lower() == 'vt100' and session['hidden_lines'] == 1, session
	return None


def refused(program):
	"""The system's own login, and somebody whom it does not know."""
	why = skip()
	if why:
		return why
	wire = Wire('/bin/login')
	t = Terminal(wire.port)
	t.expect(b'login: ')
	t.type(b'nobody-of-that-name\r', b'assword: ')
	t.type(b'123456\r', b'ncorrect')
	t.expect(b'login: ')
	t.type(b'nobody-at-all\r', b'assword: ')
	t.type(b'horse battery\r', b'ncorrect')
	os.kill(t.pid, 9)
	t.close()
	wire.thread.join(20)
	logins, told = records(program, [(23, wire.said)])
	got = [(r['user'], r['result'], r['pw_weak'], r['evidence']) for r in logins]
	assert got == [('nobody-of-that-name', 'failure', True, 'login incorrect'), ('nobody-at-all', 'failure', False, 'login incorrect')], logins
	assert [r['type'] for r in told] == ['session'], told
	return None


def others(program):
	sessions = [(23, messages) for protocol in OTHERS for _, udp, messages in traffic.read_examples(protocol) if not udp]
	assert len(sessions) > 50, len(sessions)
	logins, told = records(program, sessions)
	assert not logins, logins
	assert not [r for r in told if r['type'] == 'command'], told
	return None


def noise(program):
	"""Bytes and lines by chance, with words of prompts in them, in front of which somebody has spoken."""
	chance = random.Random(23)
	words = [b'login: ', b'Password: ', b'# ', b'$ ', b'root', b'\r\n', b'\n', b'GET / HTTP/1.0', b'Login incorrect', b'\xff\xfb\x01', b'ls']
	sessions = []
	for _ in range(300):
		messages = [(0, b'hello ')]
		for k in range(chance.randrange(1, 12)):
			data = chance.randbytes(chance.randrange(40)) if chance.random() < 0.3 else b''
			data += b''.join(chance.choice(words) for _ in range(chance.randrange(1, 6)))
			messages.append(((k + 1) % 2, data))
		sessions.append((23, messages))
	logins, told = records(program, sessions)
	known = [r for r in told if not r.get('options')]
	assert len(known) > 50, len(known)
	assert not [r for r in known if r['type'] == 'command'], told
	return None


def transcripts(program):
	"""Each piece of output with its time, characters that are cut in two, GBK, a cap; no key, and no password."""
	begin = [(1, b'\xff\xfb\x01'), (0, b'\xff\xfd\x01\xff\xfa\x1f\0\x64\0\x1e\xff\xf0'), (1, b'login: '), (0, b'anna\r\n'),
		(1, b'anna\r\nPassword: '), (0, b'sesame\r\n'), (1, b'\r\n\x1b[1m$ \xe4\xb8'), (1, b'\xad\xd6'), (1, b'\xd0\x80\r\n')]
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, 'a.pcap')
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(packets.talk(23, begin) + packets.talk(23, begin + [(1, b'x' * 5000)], sport=40001))))
		command = [program, 'replay', '-l', folder, '--set', 'outputs.telnet-transcript.enabled=yes',
			'--set', 'outputs.telnet-transcript.max-size=2kb', capture]
		subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=True)
		with open(os.path.join(folder, 'eve.json')) as f:
			told = [json.loads(line) for line in f]
		casts = []
		for name in [r['telnet']['transcript'] for r in told if r['event_type'] == 'telnet']:
			with open(os.path.join(folder, 'transcripts', name[:2], name)) as f:
				text = f.read()
			assert 'sesame' not in text, text
			casts.append([json.loads(line) for line in text.splitlines()])
		stats = [r['stats'] for r in told if r['event_type'] == 'stats'][-1]
	first, second = casts
	assert first[0]['version'] == 2 and (first[0]['width'], first[0]['height']) == (100, 30), first[0]
	shown = ''.join(data for _, kind, data in first[1:] if kind == 'o')
	assert shown == 'login: anna\r\nPassword: \r\n\x1b[1m$ \u4e2d\u4e2d\ufffd\r\n', shown
	times = [at for at, _, _ in first[1:]]
	assert times == sorted(times) and 0 < times[-1] < 1, times
	assert second[-1][1:] == ['m', 'cut here'], second[-1]
	assert stats['telnet'] == {'transcripts': 2, 'transcripts_cut': 1, 'transcripts_lost': 0}, stats['telnet']
	return None


def cases(program):
	return [("bash behind Debian's telnetd: history, completion, editing, hidden lines", lambda: shell(program)),
		("Debian's login refuses", lambda: refused(program)),
		('examples of other protocols on port 23 are no logins and no commands', lambda: others(program)),
		('nor is noise', lambda: noise(program)), ('transcripts play back', lambda: transcripts(program))]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(tap.run('telnetd', cases(os.path.abspath(sys.argv[1]))))
