#!/usr/bin/env python3
"""Sinks over the network: syslog receivers of our own, a real Redis, librdkafka's mock of Kafka; each goes away and returns.

usage: sinks.py LIVE MOCK_KAFKA          prints TAP
"""
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

import tap
from live_drive import Live, equal

HEAD = re.compile(r'<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d) (\S+) (\S+) (\d+) (\S+) - (.*)', re.S)


def syslog(transport, port, *more):
	return ['outputs.eve-log.filetype=syslog', 'outputs.eve-log.syslog.transport=' + transport,
		'outputs.eve-log.syslog.port=%d' % port, *('outputs.eve-log.' + m for m in more)]


def check_message(text, n, program='hangu', priority=21 * 8 + 6):
	m = HEAD.fullmatch(text.decode())
	assert m, text[:200]
	equal((int(m[1]), m[2], m[4], m[6]), (priority, '2023-11-14T22:13:20.000000+00:00', program, 'alert'))
	equal(m[3], socket.gethostname() or '-')
	equal(json.loads(m[7])['n'], n)


def listen(port=0):
	s = socket.socket()
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind(('127.0.0.1', port))
	s.listen(5)
	s.settimeout(20)
	return s


def accept(server):
	s, _ = server.accept()
	s.settimeout(20)
	return s


def read_counted(f):
	digits = b''
	while (c := f.read(1)) != b' ':
		assert c.isdigit(), c
		digits += c
	return f.read(int(digits))


def syslog_by_udp():
	server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	server.bind(('127.0.0.1', 0))
	server.settimeout(20)
	with Live(PROGRAM, syslog('udp', server.getsockname()[1], 'facility=local0', 'level=Alert', 'identity=box one')) as live:
		for i in range(50):
			live.emit(1)
			check_message(server.recv(65536), i, 'boxone', 16 * 8 + 1)
	server.close()


def syslog_by_tcp_returns_and_loses_nothing():
	server = listen()
	port = server.getsockname()[1]
	with Live(PROGRAM, syslog('tcp', port)) as live:
		live.emit(100)
		one = accept(server)
		f = one.makefile('rb')
		for i in range(100):
			check_message(read_counted(f), i)
		f.close()
		one.close()
		server.close()
		live.emit(100)
		live.until(lambda s: s['sinks'][0]['reconnects'] > 1)
		equal(live.stats()['sinks'][0]['up'], 0)
		server = listen(port)
		f = accept(server).makefile('rb')
		for i in range(100, 200):
			check_message(read_counted(f), i)
		assert 'is back' in live.said()
		equal(live.end()['sinks'][0]['lost'], 0)
	server.close()


def syslog_by_tcp_with_newlines():
	server = listen()
	with Live(PROGRAM, syslog('tcp', server.getsockname()[1], 'syslog.framing=newline')) as live:
		live.emit(10)
		f = accept(server).makefile('rb')
		for i in range(10):
			check_message(f.readline()[:-1], i)
	server.close()


def certificate(folder, name):
	cert, key = os.path.join(folder, name + '.pem'), os.path.join(folder, name + '.key')
	subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
		'-subj', '/CN=' + name, '-addext', 'subjectAltName=DNS:' + name + ',IP:127.0.0.1', '-keyout', key, '-out', cert],
		check=True, capture_output=True)
	return cert, key


def syslog_by_tls():
	if shutil.which('openssl') is None:
		return 'skip: openssl is not installed'
	server = listen()
	with Live(PROGRAM, ['outputs.eve-log.enabled=no']) as place:
		cert, key = certificate(place.folder, 'localhost')
		own, own_key = certificate(place.folder, 'sensor')
		other, _ = certificate(place.folder, 'other')
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain(cert, key)
		context.load_verify_locations(own)
		context.verify_mode = ssl.CERT_REQUIRED
		sets = syslog('tls', server.getsockname()[1], 'syslog.cert-file=' + own, 'syslog.key-file=' + own_key)
		with Live(PROGRAM, sets + ['outputs.eve-log.syslog.ca-file=' + cert]) as live:
			for turn in range(2):
				live.emit(300)
				one = context.wrap_socket(accept(server), server_side=True)
				f = one.makefile('rb')
				for i in range(300):
					check_message(read_counted(f), 300 * turn + i)
				f.close()
				one.close()
			live.end()
			equal((live.last['sinks'][0]['written'], live.last['sinks'][0]['lost']), (600, 0))
		with Live(PROGRAM, sets + ['outputs.eve-log.syslog.ca-file=' + other]) as live:
			live.emit(1)
			try:
				context.wrap_socket(accept(server), server_side=True).recv(1)
				assert False, 'it spoke to a server that it does not trust'
			except OSError:
				pass
			live.until(lambda s: s['sinks'][0]['reconnects'] > 0)
			assert 'is not trusted' in live.said()
			equal(live.stats()['sinks'][0]['written'], 0)
	server.close()


def free_port():
	s = socket.socket()
	s.bind(('127.0.0.1', 0))
	port = s.getsockname()[1]
	s.close()
	return port


class Redis:
	def __init__(self, folder, *more):
		self.folder, self.port, self.more = folder, free_port(), more
		self.start()

	def start(self):
		self.process = subprocess.Popen(['redis-server', '--port', str(self.port), '--bind', '127.0.0.1', '--dir', self.folder,
			'--save', '', '--appendonly', 'yes', '--appendfsync', 'always', *self.more], stdout=subprocess.DEVNULL)
		while True:
			try:
				socket.create_connection(('127.0.0.1', self.port), 1).close()
				return
			except OSError:
				assert self.process.poll() is None, 'redis-server does not start'
				time.sleep(0.01)

	def kill(self):
		self.process.kill()
		self.process.wait()

	def say(self, *words):
		got = subprocess.run(['redis-cli', '-p', str(self.port), *words], capture_output=True, text=True, check=True)
		return got.stdout.splitlines()

	def until(self, count, *words):
		deadline = time.monotonic() + 30
		while int(self.say(*words)[0]) < count:
			assert time.monotonic() < deadline, self.say(*words)
			time.sleep(0.02)


def redis(port, *more):
	return ['outputs.eve-log.filetype=redis', 'outputs.eve-log.redis.port=%d' % port, *('outputs.eve-log.redis.' + m for m in more)]


def redis_goes_away_and_returns():
	if shutil.which('redis-server') is None:
		return 'skip: redis-server is not installed'
	with Live(PROGRAM, ['outputs.eve-log.enabled=no']) as place:
		server = Redis(place.folder)
		try:
			with Live(PROGRAM, redis(server.port, 'mode=rpush') + ['output.ring=64mb', 'outputs.eve-log.queue=64mb']) as live:
				equal(live.storm(2000), 0)
				live.until(lambda s: s['sinks'][0]['written'] >= 1000)
				server.kill()
				equal(live.emit(500), 0)
				live.until(lambda s: s['sinks'][0]['reconnects'] > 1)
				server.start()
				s = live.until(lambda s: s['sinks'][0]['written'] == 6500)
				equal((s['sinks'][0]['lost'], s['sinks'][0]['queued']), (0, 0))
				got = [json.loads(x) for x in server.say('lrange', 'suricata', '0', '-1')]
				equal(len({(r['producer'], r['n']) for r in got}), 6500)
				# Only what was under way may be there twice.
				assert len(got) <= 6500 + 512, len(got)
		finally:
			server.kill()


def redis_modes_and_password():
	if shutil.which('redis-server') is None:
		return 'skip: redis-server is not installed'
	with Live(PROGRAM, ['outputs.eve-log.enabled=no']) as place:
		server = Redis(place.folder, '--requirepass', 'secret words')
		os.environ['REDISCLI_AUTH'] = 'secret words'
		try:
			for mode, ask in (('list', 'llen'), ('xadd', 'xlen')):
				with Live(PROGRAM, redis(server.port, 'mode=' + mode, 'key=' + mode, 'password=secret words',
						'pipelining.batch-size=10')) as live:
					live.emit(100)
					live.until(lambda s: s['sinks'][0]['written'] == 100)
					equal(server.say(ask, mode), ['100'])
			equal(json.loads(server.say('lindex', 'list', '0')[0])['n'], 99)
			with Live(PROGRAM, redis(server.port, 'mode=publish', 'password=wrong')) as live:
				live.emit(1)
				live.until(lambda s: s['sinks'][0]['reconnects'] > 0)
				assert 'WRONGPASS' in live.said(), live.said()
		finally:
			del os.environ['REDISCLI_AUTH']
			server.kill()


def blind_to_threads():
	"""ThreadSanitizer does not see threads made by thrd_create, as librdkafka's are, and dies in them."""
	return 'libtsan' in subprocess.run(['ldd', PROGRAM], capture_output=True, text=True, check=True).stdout


class Kafka:
	def __init__(self):
		self.process = subprocess.Popen([MOCK_KAFKA], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		self.servers = self.process.stdout.readline().strip()

	def order(self, text, lines=1):
		self.process.stdin.write(text + '\n')
		self.process.stdin.flush()
		return [self.process.stdout.readline() for _ in range(lines)]

	def end(self):
		self.process.stdin.close()
		self.process.wait(30)
		self.process.stdout.close()


def kafka_goes_away_and_returns():
	if blind_to_threads():
		return 'skip: librdkafka does not run under ThreadSanitizer'
	server = Kafka()
	config = 'outputs:\n- eve-log:\n    enabled: yes\n    filetype: kafka\n    queue: 64mb\n    kafka:\n      brokers: %s\n' \
		'      topic: hangu\n      settings: {reconnect.backoff.max.ms: 200, compression.codec: lz4}\noutput: {ring: 64mb}\n' % server.servers
	with Live(PROGRAM, config=config) as live:
		equal(live.emit(500), 0)
		got = [json.loads(x) for x in server.order('read 500', 500)]
		server.order('down')
		equal(live.emit(500), 0)
		live.until(lambda s: s['sinks'][0]['reconnects'] > 0)
		equal(live.stats()['sinks'][0]['up'], 0)
		server.order('up')
		got += [json.loads(x) for x in server.order('read 500', 500)]
		equal({r['n'] for r in got}, set(range(1000)))
		s = live.until(lambda s: s['sinks'][0]['queued'] == 0 and s['sinks'][0]['up'])
		equal((s['sinks'][0]['written'], s['sinks'][0]['lost']), (1000, 0))
	server.end()


def kafka_counts_what_could_not_be_delivered():
	if blind_to_threads():
		return 'skip: librdkafka does not run under ThreadSanitizer'
	config = 'outputs:\n- eve-log:\n    enabled: yes\n    filetype: kafka\n    kafka:\n      brokers: 127.0.0.1:%d\n' \
		'      settings: {message.timeout.ms: 300}\n' % free_port()
	with Live(PROGRAM, config=config) as live:
		live.emit(10)
		s = live.until(lambda s: s['sinks'][0]['lost'] == 10)
		equal((s['sinks'][0]['written'], s['sinks'][0]['queued']), (0, 0))
	try:
		Live(PROGRAM, config=config.replace('message.timeout.ms', 'message.time'))
		assert False, 'an unknown setting was taken'
	except RuntimeError as e:
		assert 'message.time' in str(e), e


if __name__ == '__main__':
	PROGRAM, MOCK_KAFKA = sys.argv[1:]
	sys.exit(tap.run('sinks', [(f.__name__.replace('_', ' '), f) for f in (
		syslog_by_udp, syslog_by_tcp_returns_and_loses_nothing, syslog_by_tcp_with_newlines, syslog_by_tls,
		redis_goes_away_and_returns, redis_modes_and_password, kafka_goes_away_and_returns,
		kafka_counts_what_could_not_be_delivered)]))
