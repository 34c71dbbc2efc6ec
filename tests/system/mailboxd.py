#!/usr/bin/env python3
"""POP3 and IMAP: Debian's dovecot and Python's clients talk, what passes between them is replayed; other protocols on ports 110 and 143
are no mailboxes.

usage: mailboxd.py PROGRAM          prints TAP; without dovecot-imapd, dovecot-pop3d and root the first cases are skipped
"""
import email.message
import hashlib
import imaplib
import json
import os
import poplib
import random
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets
import tap
import traffic

DOVECOT, MODULES = '/usr/sbin/dovecot', '/usr/lib/dovecot'
OTHERS = ('dcerpc', 'dns', 'ftp', 'http', 'http2', 'smb', 'smtp', 'ssh', 'telnet', 'tls', 'websocket')
REPLAY = '''%YAML 1.1
---
outputs:
  - eve-log: {types: [pop3, imap, ftp, login, flow, anomaly, files: {force-hash: [sha256]}]}
'''
SERVER = '''base_dir = {0}/run
state_dir = {0}/state
log_path = {0}/log
listen = 127.0.0.1
protocols = imap pop3
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
mail_location = maildir:{0}/mail/%u
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {0}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={0}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {1}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {2}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
protocol imap {{
  mail_plugins = imap_zlib
}}
'''


def replay(program, sessions):
	"""Records of (port, messages)."""
	with tempfile.TemporaryDirectory() as folder:
		capture, config = os.path.join(folder, 'a.pcap'), os.path.join(folder, 'a.yaml')
		frames = []
		for i, (port, messages) in enumerate(sessions):
			frames += packets.talk(port, messages, sport=20000 + i)
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		with open(config, 'w') as f:
			f.write(REPLAY)
		subprocess.run([program, 'replay', '-c', config, '-l', folder, capture], stderr=subprocess.PIPE, timeout=120, check=True)
		with open(os.path.join(folder, 'eve.json')) as f:
			return [json.loads(line) for line in f]


class Wire:
	"""A connection through here: what either side sent, in the order in which it passed."""

	def __init__(self, port):
		self.said, self.to, self.listener = [], port, socket.create_server(('127.0.0.1', 0))
		self.port = self.listener.getsockname()[1]
		self.thread = threading.Thread(target=self.carry, daemon=True)
		self.thread.start()

	def carry(self):
		client, _ = self.listener.accept()
		server = socket.create_connection(('127.0.0.1', self.to))
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
				self.said.append((int(s is server), data))
				other[s].sendall(data)

	def all(self):
		self.thread.join(20)
		assert not self.thread.is_alive(), 'the connection does not end'
		return self.said


def free_port():
	with socket.create_server(('127.0.0.1', 0)) as s:
		return s.getsockname()[1]


class Dovecot:
	def __init__(self):
		self.folder = tempfile.mkdtemp(prefix='hg-mailbox-')
		self.imap, self.pop3 = free_port(), free_port()
		os.chmod(self.folder, 0o755)
		os.mkdir(os.path.join(self.folder, 'mail'))
		shutil.chown(os.path.join(self.folder, 'mail'), 'mail', 'mail')
		self.write('users', 'anna:{PLAIN}horse battery\nbob:{PLAIN}sesame\n')
		self.write('dovecot.conf', SERVER.format(self.folder, self.imap, self.pop3))
		self.daemon = subprocess.Popen([DOVECOT, '-F', '-c', os.path.join(self.folder, 'dovecot.conf')], stderr=subprocess.DEVNULL)
		for _ in range(200):
			try:
				for port in (self.imap, self.pop3):
					socket.create_connection(('127.0.0.1', port)).close()
				return
			except ConnectionError:
				time.sleep(0.05)
		self.close()
		raise AssertionError('dovecot does not answer')

	def write(self, name, text):
		with open(os.path.join(self.folder, name), 'w') as f:
			f.write(text)
		os.chmod(os.path.join(self.folder, name), 0o644)

	def close(self):
		self.daemon.terminate()
		self.daemon.wait(20)
		shutil.rmtree(self.folder, ignore_errors=True)


def message(i, size):
	"""A mail with a file, and the file."""
	data = random.Random(i).randbytes(size)
	mail = email.message.EmailMessage()
	mail['From'], mail['To'], mail['Subject'] = 'Anna <anna@a.test>', 'bob@b.test', 'mail %d' % i
	mail.set_content('.hello\n.\n..dots\n')
	mail.add_attachment(data, maintype='application', subtype='octet-stream', filename='file%d.bin' % i)
	return mail.as_bytes(policy=mail.policy.clone(linesep='\r\n')), data


def skip():
	missing = [path for path in (DOVECOT, MODULES + '/imap', MODULES + '/pop3') if not os.path.exists(path)]
	if missing:
		return 'skip: no %s here' % ', '.join(missing)
	return None if os.geteuid() == 0 else 'skip: not root'


def files_of(told):
	return {(r['fileinfo']['filename'], r['fileinfo'].get('sha256')) for r in told if r['event_type'] == 'fileinfo'}


def hashed(sent):
	return {('file%d.bin' % i, hashlib.sha256(data).hexdigest()) for i, (_, data) in enumerate(sent)}


def of(told, kind, what):
	return [r[kind] for r in told if r['event_type'] == kind and r[kind]['type'] == what]


class Deflated:
	"""imaplib behind COMPRESS: its file and socket inflate and deflate."""

	def __init__(self, client):
		self.client, self.packer = client, zlib.compressobj(9, zlib.DEFLATED, -15)
		self.unpacker, self.waiting = zlib.decompressobj(-15), b''
		client.read, client.readline, client.send = self.read, self.readline, self.send

	def more(self):
		data = self.client.sock.recv(65536)
		assert data, 'the server has gone'
		self.waiting += self.unpacker.decompress(data)

	def read(self, size):
		while len(self.waiting) < size:
			self.more()
		out, self.waiting = self.waiting[:size], self.waiting[size:]
		return out

	def readline(self):
		while b'\n' not in self.waiting:
			self.more()
		return self.read(self.waiting.index(b'\n') + 1)

	def send(self, data):
		self.client.sock.sendall(self.packer.compress(data) + self.packer.flush(zlib.Z_SYNC_FLUSH))


def imap(program):
	"""Mails are stored, fetched whole and in pieces, moved and thrown away."""
	why = skip()
	if why:
		return why
	server, sent = Dovecot(), [message(i, size) for i, size in enumerate((10, 5000, 300000))]
	try:
		wire = Wire(server.imap)
		c = imaplib.IMAP4('127.0.0.1', wire.port)
		try:
			c.login('bob', 'open it')
		except imaplib.IMAP4.error:
			pass
		c.login('bob', 'sesame')
		c.create('&V4NXPmh2-')
		for mail, _ in sent:
			assert c.append('INBOX', r'(\Seen)', None, mail)[0] == 'OK'
		c.select('INBOX')
		for i in range(2):
			c.uid('FETCH', str(i + 1), '(RFC822.SIZE BODY.PEEK[])')
		for at in range(0, len(sent[2][0]) + 65536, 65536):
			c.fetch('3', '(UID BODY.PEEK[]<%d.65536>)' % at)
		c.copy('1', '&V4NXPmh2-')
		c.store('1:2', '+FLAGS', r'(\Deleted)')
		c.expunge()
		c.logout()
		told = replay(program, [(143, wire.all())])
	finally:
		server.close()
	logins = [(r['login']['user'], r['login']['mechanism'], r['login']['result']) for r in told if r['event_type'] == 'login']
	assert logins == [('bob', 'password', 'failure'), ('bob', 'password', 'success')], logins
	assert files_of(told) == hashed(sent), files_of(told) ^ hashed(sent)
	messages = of(told, 'imap', 'message')
	sizes = sorted(2 * [len(mail) for mail, _ in sent])
	assert sorted(m['bytes'] for m in messages) == sizes and all(m['complete'] for m in messages), messages
	session = of(told, 'imap', 'session')[0]
	want = {'user': 'bob', 'fetched': 3, 'appended': 3, 'expunged': 2, 'deletes': 1, 'copies': 1, 'logout_reached': True}
	assert {k: session.get(k) for k in want} == want, session
	assert '垃圾桶' in [r.get('target') for r in of(told, 'imap', 'command')], told
	assert not [r for r in told if r['event_type'] == 'anomaly'], [r for r in told if r['event_type'] == 'anomaly']
	return None


def compressed(program):
	why = skip()
	if why:
		return why
	server, sent = Dovecot(), [message(0, 20000)]
	try:
		wire = Wire(server.imap)
		c = imaplib.IMAP4('127.0.0.1', wire.port)
		c.login_cram_md5('anna', 'horse battery')
		imaplib.Commands['COMPRESS'] = ('AUTH', 'SELECTED')
		if 'COMPRESS=DEFLATE' not in c.capability()[1][0].decode():
			return 'skip: this dovecot does not compress'
		assert c._simple_command('COMPRESS', 'DEFLATE')[0] == 'OK'
		Deflated(c)
		assert c.append('INBOX', None, None, sent[0][0])[0] == 'OK'
		c.select('INBOX')
		c.fetch('1', '(RFC822)')
		c.logout()
		told = replay(program, [(143, wire.all())])
	finally:
		server.close()
	logins = [(r['login']['user'], r['login']['mechanism'], r['login']['result']) for r in told if r['event_type'] == 'login']
	assert logins == [('anna', 'cram-md5', 'success')], logins
	assert files_of(told) == hashed(sent), files_of(told) ^ hashed(sent)
	assert len(of(told, 'imap', 'message')) == 2 and all(m['compressed'] for m in of(told, 'imap', 'message')), told
	return None


def pop3(program):
	why = skip()
	if why:
		return why
	server, sent = Dovecot(), [message(i, size) for i, size in enumerate((10, 5000, 300000))]
	try:
		c = imaplib.IMAP4('127.0.0.1', server.imap)
		c.login('bob', 'sesame')
		for mail, _ in sent:
			c.append('INBOX', None, None, mail)
		c.logout()
		refused, wire = Wire(server.pop3), Wire(server.pop3)
		p = poplib.POP3('127.0.0.1', refused.port)
		p.user('bob')
		try:
			p.pass_('123456')
		except poplib.error_proto:
			pass
		p.quit()
		p = poplib.POP3('127.0.0.1', wire.port)
		p.user('bob')
		p.pass_('sesame')
		p.uidl()
		for i in range(3):
			p.retr(i + 1)
		p.top(1, 0)
		p.dele(2)
		p.quit()
		told = replay(program, [(110, refused.all()), (10110, wire.all())])
	finally:
		server.close()
	logins = [(r['login']['user'], r['login']['result'], r['login']['server_code'], r['login']['pw_weak']) for r in told if r['event_type'] == 'login']
	assert logins == [('bob', 'failure', 'AUTH', True), ('bob', 'success', '+OK', False)], logins
	assert files_of(told) == hashed(sent), files_of(told) ^ hashed(sent)
	got = [r['message'] for r in of(told, 'pop3', 'command') if r['request']['command'] == 'RETR']
	assert [m['bytes'] for m in got] == [len(mail) for mail, _ in sent] and all(m['complete'] and m['uidl'] for m in got), got
	session = of(told, 'pop3', 'session')[1]
	assert session['deleted'] == {'marked': 1, 'erased': 1, 'messages': [2]} and session['quit_reached'], session
	return None


def none_told(told):
	wrong = [r for r in told if r['event_type'] in ('pop3', 'imap') and r[r['event_type']]['type'] != 'session']
	wrong += [r for r in told if r['event_type'] == 'login' and r['login']['proto'] in ('pop3', 'imap')]
	assert not wrong, wrong[:5]


def others(program):
	"""Those that the server begins keep their protocol, and all are told nothing of as mailboxes."""
	for port in (110, 143):
		sessions = [(port, messages) for protocol in OTHERS for _, udp, messages in traffic.read_examples(protocol) if not udp]
		assert len(sessions) > 100, len(sessions)
		none_told(replay(program, sessions))
	return None


def noise(program):
	"""Bytes and lines by chance, with words of mailboxes in them."""
	chance = random.Random(110)
	words = [b'+OK', b'* OK', b'USER bob', b'PASS x', b'a LOGIN b c', b'\r\n', b'\n', b' ', b'-ERR', b'a OK', b'{5}\r\n', b'220 x', b'GET / HTTP/1.0']
	sessions = []
	for i in range(500):
		messages = [(i % 2, b'\x05\x01hello %d\r\n' % i)]
		for k in range(chance.randrange(1, 12)):
			data = chance.randbytes(chance.randrange(40)) if chance.random() < 0.3 else b''
			messages.append(((i + k + 1) % 2, data + b''.join(chance.choice(words) for _ in range(chance.randrange(1, 6)))))
		sessions += [((110, 143)[i % 2], messages)]
	none_told(replay(program, sessions))
	return None


def cases(program):
	return [("dovecot's IMAP: mails stored, fetched, joined, thrown away", lambda: imap(program)),
		("dovecot's IMAP behind COMPRESS", lambda: compressed(program)), ("dovecot's POP3", lambda: pop3(program)),
		('examples of other protocols on ports 110 and 143 are no mailboxes', lambda: others(program)),
		('nor is noise', lambda: noise(program))]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(tap.run('mailboxd', cases(os.path.abspath(sys.argv[1]))))
