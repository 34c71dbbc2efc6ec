#!/usr/bin/env python3
"""HTTP/2 as real programs speak it: curl and nghttp with nghttpd and nghttpx, with prior knowledge and by upgrade, many streams, large fields and bodies.
What they say is written down by a relay between them and replayed.

usage: http2.py PROGRAM          prints TAP
"""
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import packets
import tap

RULES = '''alert http any any -> any any (http.uri; content:"/needle"; sid:1;)
alert http2 any any -> any any (file.data; content:"at the very end"; sid:2;)
alert http2 any any -> any any (http.header; content:"x-large: "; sid:3;)
alert http1 any any -> any any (http.uri; content:"/needle"; sid:4;)
alert http2 any any -> any any (app-layer-event:http2.invalid_header; sid:5;)
alert http2 any any -> any any (app-layer-event:http2.failed_decompression; sid:6;)
'''


def free_port():
	with socket.socket() as s:
		s.bind(('127.0.0.1', 0))
		return s.getsockname()[1]


def wait_for(port):
	for _ in range(100):
		try:
			socket.create_connection(('127.0.0.1', port)).close()
			return
		except OSError:
			time.sleep(0.05)
	raise AssertionError('nobody listens')


class Relay(threading.Thread):
	"""Hands bytes on between clients and a server; `said` has them in order, a list of (side, bytes) a connection."""

	def __init__(self, server):
		super().__init__(daemon=True)
		self.server, self.said = server, []
		self.listener = socket.create_server(('127.0.0.1', 0))
		self.port = self.listener.getsockname()[1]

	def run(self):
		while True:
			try:
				client = self.listener.accept()[0]
			except OSError:
				return
			said = []
			self.said.append(said)
			threading.Thread(target=self.relay, args=(client, said), daemon=True).start()

	def relay(self, client, said):
		with client, socket.create_connection(('127.0.0.1', self.server)) as server:
			ends = [client, server]
			while True:
				for s in select.select(ends, [], [])[0]:
					data = s.recv(65536)
					if not data:
						return
					said.append((ends.index(s), data))
					ends[1 - ends.index(s)].sendall(data)


class Bench:
	def __init__(self, program, folder):
		self.program, self.folder = program, folder
		root = os.path.join(folder, 'root')
		os.mkdir(root)
		for name, data in (('needle', b'hay ' * 50000 + b'at the very end'), ('small', b'x')):
			with open(os.path.join(root, name), 'wb') as f:
				f.write(data)
		self.port = free_port()
		self.server = subprocess.Popen(['nghttpd', '--no-tls', '-d', root, str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		# nghttpd does not know upgrades; the proxy does.
		self.front = free_port()
		self.proxy = subprocess.Popen(['nghttpx', '--conf=/dev/null', '--frontend=127.0.0.1,%d;no-tls' % self.front,
			'--backend=127.0.0.1,%d;;proto=h2' % self.port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		wait_for(self.port)
		wait_for(self.front)

	def close(self):
		for process in (self.server, self.proxy):
			process.terminate()
			process.wait()

	def records(self, *commands, server=None):
		"""What the program tells of these commands, run one after the other; PORT stands for the server's."""
		relay = Relay(server or self.port)
		relay.start()
		for command in commands:
			subprocess.run([word.replace('PORT', str(relay.port)) for word in command], stdout=subprocess.DEVNULL,
				stderr=subprocess.DEVNULL, timeout=60, check=True)
		time.sleep(0.2)
		relay.listener.close()
		frames = []
		for i, said in enumerate(relay.said):
			frames += packets.talk(80, said, sport=40000 + i)
		out = tempfile.mkdtemp(dir=self.folder)
		with open(os.path.join(out, 'a.pcap'), 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		with open(os.path.join(out, 'a.rules'), 'w') as f:
			f.write(RULES)
		subprocess.run([self.program, 'replay', '-S', os.path.join(out, 'a.rules'), '-l', out, os.path.join(out, 'a.pcap')],
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			return [json.loads(line) for line in f]


def sids(records):
	return sorted({r['alert']['signature_id'] for r in records if r['event_type'] == 'alert'})


def targets(records):
	return sorted(r['http']['url'] for r in records if r['event_type'] == 'http' and r['http'].get('status') == 200 and 'version' in r['http'])


def cases(program, folder):
	missing = [name for name in ('nghttpd', 'nghttpx', 'nghttp', 'curl') if shutil.which(name) is None]
	if missing:
		return [('real programs', lambda: 'skip: %s not installed' % ', '.join(missing))]
	bench = Bench(program, folder)

	def prior_knowledge():
		got = bench.records(['curl', '-s', '--http2-prior-knowledge', 'http://127.0.0.1:PORT/needle'])
		assert sids(got) == [1, 2], sids(got)
		assert targets(got) == ['/needle'], targets(got)
		files = [r['fileinfo'] for r in got if r['event_type'] == 'fileinfo']
		assert [(f['size'], f['state'], f['filename']) for f in files] == [(200015, 'CLOSED', '/needle')], files

	def upgrade():
		got = bench.records(['nghttp', '-nu', 'http://127.0.0.1:PORT/needle'], server=bench.front)
		assert sids(got) == [1, 2, 4], sids(got)
		assert targets(got) == ['/needle'], targets(got)

	def many_streams():
		urls = ['http://127.0.0.1:PORT/small?%d' % i for i in range(40)]
		got = bench.records(['nghttp', '-n', *urls], ['nghttp', '-n', '-p', '5', 'http://127.0.0.1:PORT/needle'])
		assert len(targets(got)) == 41, targets(got)
		assert sids(got) == [1, 2], sids(got)

	def large_fields():
		got = bench.records(['nghttp', '-n', '-H', 'x-large: ' + 'v' * 20000, '--header-table-size=8192', 'http://127.0.0.1:PORT/small'])
		assert sids(got) == [3], sids(got)

	return [('curl with prior knowledge', prior_knowledge), ('nghttp by upgrade', upgrade), ('many streams of one connection', many_streams),
		('fields over several frames', large_fields), ('the server ends', bench.close)]


def main():
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	with tempfile.TemporaryDirectory(prefix='hg-http2-') as folder:
		return tap.run('http2', cases(sys.argv[1], folder))


if __name__ == '__main__':
	sys.exit(main())
