#!/usr/bin/env python3
"""How real web servers read the requests of tests/captures/evasions.py, and whether hangu's readings hold theirs.

usage: servers.py PROGRAM     prints TAP

Each request goes to nginx and to Apache httpd, on the loopback interface, by a connection of its own; their log tells which
requests they took it for. hangu replays what was said. Every target that a server has answered must stand in a record, of the
reading that counts or of another one.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import evasions
import packets
import tap

LEAST = 15  # ways that a server must take, or nothing was tried
PATIENCE = 4  # seconds that a connection waits for more; servers give up earlier

NGINX = """daemon off; master_process off; pid %(dir)s/pid; error_log %(dir)s/error.log;
events { worker_connections 256; }
http {
	log_format told escape=json '{"port": $remote_port, "status": $status, "line": "$request"}';
	access_log %(dir)s/access.log told;
	client_body_temp_path %(dir)s/body; proxy_temp_path %(dir)s/proxy; fastcgi_temp_path %(dir)s/fastcgi; uwsgi_temp_path %(dir)s/uwsgi; scgi_temp_path %(dir)s/scgi;
	client_header_timeout 1s; client_body_timeout 1s; keepalive_timeout 1s;
	server { listen 127.0.0.1:%(port)d; location / { return 200 "ok"; } }
}
"""
APACHE = """ServerRoot %(dir)s
ServerName a.test
PidFile %(dir)s/pid
ErrorLog %(dir)s/error.log
Listen 127.0.0.1:%(port)d
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LogFormat "{\\"port\\": %%{remote}p, \\"status\\": %%>s, \\"line\\": \\"%%r\\"}" told
CustomLog %(dir)s/access.log told
Timeout 1
KeepAliveTimeout 1
DocumentRoot %(dir)s/www
ErrorDocument 404 ok
"""


def free_port():
	with socket.socket() as s:
		s.bind(('127.0.0.1', 0))
		return s.getsockname()[1]


class Server:
	"""One of the two, while it runs."""

	def __init__(self, name, folder):
		self.port, self.folder = free_port(), folder
		os.mkdir(os.path.join(folder, 'www'))
		path = os.path.join(folder, 'conf')
		with open(path, 'w', encoding='utf-8') as f:
			f.write((NGINX if name == 'nginx' else APACHE) % {'dir': folder, 'port': self.port})
		command = ['nginx', '-p', folder, '-c', path] if name == 'nginx' else ['apache2', '-X', '-f', path]
		self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		for _ in range(100):
			try:
				socket.create_connection(('127.0.0.1', self.port), 1).close()
				return
			except OSError:
				time.sleep(0.1)
		self.stop()
		raise AssertionError(name + ' does not start')

	def stop(self):
		self.process.terminate()
		self.process.wait(20)

	def ask(self, request):
		"""The client's port, and all that comes back."""
		answer = b''
		with socket.create_connection(('127.0.0.1', self.port), PATIENCE) as s:
			port = s.getsockname()[1]
			s.settimeout(PATIENCE)
			try:
				s.sendall(request)
				while (more := s.recv(65536)):
					answer += more
			except OSError:
				pass
		return port, answer

	def read(self):
		"""Which requests it has answered, but for those that it refused, by the client's port."""
		told = {}
		with open(os.path.join(self.folder, 'access.log'), encoding='utf-8', errors='replace') as f:
			for text in f:
				try:
					line = json.loads(text.replace('\\x', '\\\\x'))
				except ValueError:
					continue
				words = line['line'].split(' ')
				if line['status'] in (200, 404) and len(words) > 1:
					told.setdefault(line['port'], []).append(words[1])
		return told


def talk_to(name):
	"""(what was asked, what came back, the targets that the server took it for), in the order of evasions.REQUESTS."""
	said = [None] * len(evasions.REQUESTS)
	with tempfile.TemporaryDirectory() as folder:
		server = Server(name, folder)

		def one(i):
			said[i] = server.ask(evasions.REQUESTS[i][1])

		try:
			threads = [threading.Thread(target=one, args=(i,)) for i in range(len(said))]
			for thread in threads:
				thread.start()
			for thread in threads:
				thread.join()
		finally:
			server.stop()
		told = server.read()
	return [(evasions.REQUESTS[i][1], answer, told.get(port, [])) for i, (port, answer) in enumerate(said)]


def of_hangu(said):
	"""Targets by connection."""
	frames = []
	for i, (request, answer, _) in enumerate(said):
		frames += packets.talk(80, [(0, request)] + ([(1, answer)] if answer else []), sport=44000 + i)
	targets = {}
	with tempfile.TemporaryDirectory() as out:
		path = os.path.join(out, 'servers.pcap')
		with open(path, 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		subprocess.run([tap.PROGRAM, 'replay', '-l', out, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			for text in f:
				record = json.loads(text)
				if record['event_type'] == 'http':
					targets.setdefault(record['src_port'] - 44000, []).append(record['http'].get('url', ''))
	return targets


def compare(name):
	if shutil.which(name) is None:
		return 'skip: %s is not installed' % name
	said = talk_to(name)
	if sum(bool(told) for _, _, told in said) < LEAST:
		raise AssertionError('%s has answered hardly anything: %s' % (name, [told for _, _, told in said]))
	targets, unseen = of_hangu(said), []
	for i, (_, _, told) in enumerate(said):
		left = list(targets.get(i, []))
		for target in told:
			if target in left:
				left.remove(target)
			else:
				unseen.append('%s: %s, and hangu has %s' % (evasions.REQUESTS[i][0], target, targets.get(i, [])))
	if unseen:
		raise AssertionError('%s reads what hangu does not: %s' % (name, '; '.join(unseen)))


def test_what_nginx_reads_is_seen():
	return compare('nginx')


def test_what_apache_reads_is_seen():
	return compare('apache2')


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'servers', globals()))
