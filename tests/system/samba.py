#!/usr/bin/env python3
"""SMB: Debian's smbd, smbclient and rpcclient talk, what passes between them is replayed and held against what was done.

usage: samba.py PROGRAM          prints TAP; without samba, smbclient and root the cases are skipped
"""
import hashlib
import json
import os
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

NEEDED = ('/usr/sbin/smbd', '/usr/bin/smbclient', '/usr/bin/rpcclient', '/usr/bin/smbpasswd')
USER, PASSWORD = 'nobody', 'horse battery 9'

CONFIG = """[global]
 workgroup = LAB
 server role = standalone server
 smb ports = %(port)d
 bind interfaces only = yes
 interfaces = lo
 disable netbios = yes
 load printers = no
 printcap name = /dev/null
 map to guest = never
 passdb backend = tdbsam:%(folder)s/passdb.tdb
 private dir = %(folder)s/p
 lock directory = %(folder)s/l
 state directory = %(folder)s/s
 cache directory = %(folder)s/c
 pid directory = %(folder)s/l
 ncalrpc dir = %(folder)s/n
 log file = %(folder)s/log
 server min protocol = NT1
 client min protocol = NT1
 %(more)s
[docs]
 path = %(folder)s/docs
 read only = no
 force user = root
[C$]
 path = %(folder)s/docs
 read only = no
 force user = root
"""


def skip():
	missing = [path for path in NEEDED if not os.path.exists(path)]
	if missing:
		return 'skip: no %s here' % ', '.join(missing)
	return None if os.geteuid() == 0 else 'skip: not root'


class Server:
	"""smbd, and a way to it on which everything is noted down, a list of (side, bytes) a connection."""

	def __init__(self, more=''):
		self.folder, self.sessions = tempfile.mkdtemp(prefix='samba'), []
		os.chmod(self.folder, 0o755)
		for name in 'plscn':
			os.mkdir(os.path.join(self.folder, name))
		os.mkdir(os.path.join(self.folder, 'docs'))
		self.listener = socket.create_server(('127.0.0.1', 0))
		self.port = self.listener.getsockname()[1]
		with socket.create_server(('127.0.0.1', 0)) as free:
			self.inner = free.getsockname()[1]
		self.conf = os.path.join(self.folder, 'smb.conf')
		with open(self.conf, 'w') as f:
			f.write(CONFIG % {'port': self.inner, 'folder': self.folder, 'more': more})
		subprocess.run(['smbpasswd', '-c', self.conf, '-a', '-s', USER], input=('%s\n%s\n' % (PASSWORD, PASSWORD)).encode(),
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
		self.daemon = subprocess.Popen(['smbd', '-F', '--no-process-group', '-s', self.conf], stdin=subprocess.DEVNULL, start_new_session=True,
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		self.wait()
		threading.Thread(target=self.accept, daemon=True).start()

	def wait(self):
		for _ in range(200):
			try:
				socket.create_connection(('127.0.0.1', self.inner)).close()
				return
			except OSError:
				time.sleep(0.1)
		raise AssertionError('smbd does not listen')

	def accept(self):
		while True:
			client, _ = self.listener.accept()
			said = []
			self.sessions.append(said)
			threading.Thread(target=self.carry, args=(client, said), daemon=True).start()

	def carry(self, client, said):
		server = socket.create_connection(('127.0.0.1', self.inner))
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
					return
				said.append((s is server, data))
				other[s].sendall(data)

	def client(self, program, *args, user=USER + '%' + PASSWORD):
		done = subprocess.run([program, '-s', self.conf, '-p', str(self.port), *(['-U', user] if user else ['-N', '-U', '%']), *args],
			cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
		return done.stdout.decode(errors='replace')

	def close(self):
		self.daemon.terminate()
		self.daemon.wait()
		shutil.rmtree(self.folder)


def replay(program, sessions):
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, 'a.pcap')
		frames = []
		for i, said in enumerate(sessions):
			frames += packets.talk(445, said, sport=30000 + i)
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		done = subprocess.run([program, 'replay', '--set', 'compat=native', '--set', 'outputs.eve-log.types.files.force-hash.0=sha256', capture],
			stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
	return [json.loads(line) for line in done.stdout.splitlines()]


def smb(told):
	return [r['smb'] for r in told if r['event_type'] == 'smb']


def did(told, operation, end):
	return [r for r in smb(told) if r.get('operation') == operation and r.get('status') == 'STATUS_SUCCESS' and r.get('path', '').lower().endswith(end)]


def session(program, dialect, flags=()):
	"""Files written and read, directories, names, in one dialect; what smbclient says is what the records say."""
	why = skip()
	if why:
		return why
	server = Server()
	data = random.Random(len(dialect)).randbytes(300000)
	try:
		with open(os.path.join(server.folder, 'up.bin'), 'wb') as f:
			f.write(data)
		said = server.client('smbclient', '-m', dialect, *flags, '//127.0.0.1/docs', '-c',
			'mkdir box; put up.bin box\\a.bin; get box\\a.bin down.bin; rename box\\a.bin box\\b.locked; ls box\\*; del box\\b.locked; rmdir box')
		with open(os.path.join(server.folder, 'down.bin'), 'rb') as f:
			assert f.read() == data, said
	finally:
		server.close()
	told = replay(program, server.sessions)
	logins = [r['login'] for r in told if r['event_type'] == 'login']
	assert [(r['user'], r['result'], r['mechanism']) for r in logins] == [(USER, 'success', 'ntlm')], logins
	return told, hashlib.sha256(data).hexdigest()


def dialect(name):
	def case(program):
		got = session(program, name)
		if isinstance(got, str):
			return got
		told, digest = got
		files = [r['fileinfo'] for r in told if r['event_type'] == 'fileinfo']
		assert [f['sha256'] for f in files] == [digest, digest], files
		for operation, end in (('mkdir', '\\docs\\box'), ('write', '\\box\\a.bin'), ('read', '\\box\\a.bin'), ('rename', '\\box\\a.bin'),
			('delete', '\\box\\b.locked'), ('delete', '\\docs\\box')):
			found = did(told, operation, end)
			assert found and all(r['user'] == USER for r in found), (operation, end, [(r.get('operation'), r.get('path')) for r in smb(told)])
		assert [r for r in smb(told) if r.get('operation') == 'list'], told
		moved = [r['bytes'] for r in did(told, 'read', 'a.bin') + did(told, 'write', 'a.bin')]
		assert moved == [300000, 300000], moved
		summary = [r for r in smb(told) if r.get('type') == 'session']
		assert len(summary) == 1 and summary[0]['operations']['rename'] == 1, summary
		assert summary[0]['operations']['extension_changes'] == 1, summary
		return None
	return case


def encrypted(program):
	"""Nothing of what is encrypted is told, but that it is, and how much."""
	got = session(program, 'SMB3_11', ('--client-protection=encrypt',))
	if isinstance(got, str):
		return got
	told, _ = got
	assert not did(told, 'write', 'a.bin') and not [r for r in told if r['event_type'] == 'fileinfo'], told
	summary = [r for r in smb(told) if r.get('type') == 'session'][0]
	assert summary['connection']['client']['encrypted_bytes'] > 300000, summary
	return None


def intruders(program):
	"""A wrong password, nobody, an administrative share, and calls over a pipe."""
	why = skip()
	if why:
		return why
	server = Server()
	try:
		server.client('smbclient', '//127.0.0.1/docs', '-c', 'ls', user=USER + '%wrong')
		server.client('smbclient', '//127.0.0.1/IPC$', '-c', 'quit', user=None)
		server.client('smbclient', '//127.0.0.1/C$', '-c', 'ls')
		said = server.client('rpcclient', '127.0.0.1', '-c', 'netshareenum')
		assert 'docs' in said, said
	finally:
		server.close()
	told = replay(program, server.sessions)
	logins = [(r['login'].get('user', ''), r['login']['result'], r['login'].get('account')) for r in told if r['event_type'] == 'login']
	assert logins[:2] == [(USER, 'failure', None), ('', 'success', 'anonymous')], logins
	facts = {fact for r in smb(told) for fact in r.get('facts', ())}
	assert {'null_session', 'admin_share'} <= facts, facts
	calls = [(r['dcerpc'].get('interface'), r['dcerpc'].get('operation')) for r in smb(told) if 'dcerpc' in r]
	assert ('srvsvc', 'NetrShareEnum') in calls or ('srvsvc', 'NetrShareEnumSticky') in calls, calls
	return None


def cases(program):
	return [(name, lambda case=case: case(program)) for name, case in (('SMB1', dialect('NT1')), ('SMB 2.1', dialect('SMB2_10')),
		('SMB 3.1.1', dialect('SMB3_11')), ('encrypted', encrypted), ('a wrong password, nobody, an administrative share, calls', intruders))]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(tap.run('samba', cases(os.path.abspath(sys.argv[1]))))
