#!/usr/bin/env python3
"""Mail: Debian's Postfix takes what swaks sends, what passes between them is replayed, and the records are held against both.

usage: postfix.py PROGRAM          prints TAP; without postfix, swaks, sasl2-bin, openssl and root the cases are skipped
"""
import email.message
import hashlib
import json
import os
import pwd
import random
import re
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import http2
import packets
import tap

LIBRARY = '/usr/lib/postfix/sbin'
MAIN = '''compatibility_level = 3.6
queue_directory = %(folder)s/spool
data_directory = %(folder)s/data
command_directory = /usr/sbin
daemon_directory = %(library)s
maillog_file = %(folder)s/log/mail.log
maillog_file_prefixes = %(folder)s
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test
mydestination = y.test
mynetworks = 192.0.2.1/32
local_recipient_maps =
local_transport = discard:
default_transport = discard:
alias_maps =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
cyrus_sasl_config_path = %(folder)s/etc/sasl
smtpd_tls_security_level = may
smtpd_tls_cert_file = %(folder)s/cert.pem
smtpd_tls_key_file = %(folder)s/key.pem
'''
MASTER = '''%(open)d inet n - n - - smtpd -o smtpd_forbid_bare_newline=no
%(strict)d inet n - n - - smtpd -o smtpd_forbid_bare_newline=normalize
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
'''
CONFIG = '''%YAML 1.1
---
outputs:
  - eve-log: {enabled: yes, types: [anomaly, smtp, login, tls, files: {force-hash: [sha256]}]}
'''
SASL = 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: %s\nmech_list: PLAIN LOGIN CRAM-MD5\n'


def missing():
	if os.geteuid() != 0:
		return 'Postfix needs root'
	absent = [name for name in ('postfix', 'swaks', 'saslpasswd2', 'openssl') if shutil.which(name) is None]
	return 'not installed: ' + ' '.join(absent) if absent else None


class Postfix:
	def __init__(self, program, folder):
		self.program, self.folder, self.etc = os.path.abspath(program), folder, os.path.join(folder, 'etc')
		self.ports = {'open': http2.free_port(), 'strict': http2.free_port()}
		os.chmod(folder, 0o755)
		for name in ('etc/sasl', 'spool', 'data', 'log'):
			os.makedirs(os.path.join(folder, name))
		shutil.chown(os.path.join(folder, 'data'), 'postfix')
		self.write('etc/main.cf', MAIN % {'folder': folder, 'library': LIBRARY})
		self.write('etc/master.cf', MASTER % self.ports)
		self.accounts()
		subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=mx.test', '-keyout', self.path('key.pem'),
			'-out', self.path('cert.pem')], check=True, capture_output=True, timeout=60)
		self.postfix('start')
		for port in self.ports.values():
			http2.wait_for(port)

	def path(self, name):
		return os.path.join(self.folder, name)

	def write(self, name, text):
		with open(self.path(name), 'w', encoding='utf-8') as f:
			f.write(text)

	def accounts(self):
		db = self.path('sasldb')
		subprocess.run(['saslpasswd2', '-p', '-c', '-f', db, '-u', 'mx.test', 'anna'], input=b'Opensesame7', check=True, capture_output=True, timeout=60)
		shutil.chown(db, pwd.getpwnam('postfix').pw_uid)
		self.write('etc/sasl/smtpd.conf', SASL % db)

	def postfix(self, word):
		return subprocess.run(['postfix', '-c', self.etc, word], capture_output=True, text=True, timeout=60, check=False)

	def close(self):
		self.postfix('stop')

	def log(self):
		with open(self.path('log/mail.log'), encoding='utf-8') as f:
			return f.read()

	def records(self, talk, server='open'):
		"""What is told of what talk(port) has said."""
		relay = http2.Relay(self.ports[server])
		relay.start()
		talk(relay.port)
		time.sleep(0.3)
		relay.listener.close()
		out = tempfile.mkdtemp(dir=self.folder)
		frames = [f for i, said in enumerate(relay.said) for f in packets.talk(25, said, sport=40000 + i)]
		with open(os.path.join(out, 'a.pcap'), 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		self.write(os.path.join(out, 'a.yaml'), CONFIG)
		subprocess.run([self.program, 'replay', '-c', os.path.join(out, 'a.yaml'), '-l', out, os.path.join(out, 'a.pcap')], capture_output=True,
			timeout=120, check=True)
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			return [json.loads(line) for line in f]

	def swaks(self, *words):
		"""A talk; what swaks thinks of the answer is its own affair."""
		def talk(port):
			subprocess.run(['swaks', '--server', '127.0.0.1', '--port', str(port), '--helo', 'c.test', *words], capture_output=True, timeout=60, check=False)
		return talk


def of(records, kind):
	return [r for r in records if r['event_type'] == kind]


def same(what, got, want):
	assert got == want, '%s: got %r, want %r' % (what, got, want)


def message(folder, attachments):
	m = email.message.EmailMessage()
	m['From'], m['To'], m['Subject'] = '张三 <anna@x.test>', 'b@y.test', '名单 and more'
	m.set_content('hello\n.\n..\n')
	for name, data in attachments:
		m.add_attachment(data, maintype='application', subtype='octet-stream', filename=name)
	path = os.path.join(folder, 'message')
	with open(path, 'wb') as f:
		f.write(m.as_bytes())
	return path


def one_mail(p):
	files = [('名单.bin', random.Random(7).randbytes(150001)), ('b.txt', b'one\n.two\n')]
	records = p.records(p.swaks('--from', 'a@x.test', '--to', 'b@y.test,c@other.test,d@y.test', '--data', '@' + message(p.folder, files)))
	mail, = of(records, 'smtp')
	smtp = mail['smtp']
	same('recipients', [(r['addr'], r['code']) for r in smtp['rcpt']], [('<b@y.test>', 250), ('<c@other.test>', 554), ('<d@y.test>', 250)])
	assert 'Relay access denied' in smtp['rcpt'][1]['text'], smtp['rcpt']
	same('reply', smtp['reply']['code'], 250)
	same('envelope', [mail['audit'].get(key) for key in ('class', 'action', 'object', 'result', 'reason', 'complete')], ['mail', 'DATA', '<b@y.test>', 'success', '250', True])
	same('banner', smtp['banner'].split()[0], 'mx.test')
	assert 'PIPELINING' in smtp['server_ext'], smtp
	assert re.search(r'%s: from=<a@x\.test>' % smtp['queue_id'], p.log()), smtp['queue_id']
	same('subject', mail['email']['subject'], '名单 and more')
	same('from', mail['email']['from'], '张三 <anna@x.test>')
	parts = {part['filename']: part for part in mail['email']['parts'] if 'filename' in part}
	told = {r['fileinfo']['filename']: r['fileinfo'] for r in of(records, 'fileinfo')}
	for name, data in files:
		same(name, (parts[name]['size'], parts[name]['sha256']), (len(data), hashlib.sha256(data).hexdigest()))
		same(name, (told[name]['size'], told[name]['sha256']), (len(data), hashlib.sha256(data).hexdigest()))


def logins(p):
	for mechanism in ('PLAIN', 'LOGIN', 'CRAM-MD5'):
		for password, result, code in (('Opensesame7', 'success', '235'), ('wrong', 'failure', '535')):
			records = p.records(p.swaks('--from', 'a@x.test', '--to', 'c@other.test', '--auth', mechanism, '--auth-user', 'anna@mx.test', '--auth-password', password))
			login, = [r['login'] for r in of(records, 'login')]
			same(mechanism, (login['mechanism'], login['user'], login['result'], login['server_code']), (mechanism.lower(), 'anna@mx.test', result, code))
			mails = [r['smtp'] for r in of(records, 'smtp')]
			same(mechanism, [m['auth']['result'] for m in mails], [result])
			same(mechanism, [r['audit'].get('user') for r in of(records, 'smtp')], ['anna@mx.test' if result == 'success' else None])
			same(mechanism, [r['code'] for m in mails for r in m.get('rcpt', [])], [250] if result == 'success' else [])
			assert password not in json.dumps(records), 'the password is in a record'


def starttls(p):
	def talk(port):
		context = ssl.create_default_context()
		context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
		with smtplib.SMTP('127.0.0.1', port, 'c.test', timeout=20) as client:
			client.starttls(context=context)
			client.sendmail('a@x.test', ['b@y.test'], b'Subject: unseen\r\n\r\nx\r\n')
	records = p.records(talk)
	mail, = of(records, 'smtp')
	same('starttls', mail['smtp'].get('starttls'), True)
	same('sender', mail['smtp'].get('mail_from'), None)
	same('tls', len(of(records, 'tls')), 1)
	same('events', [r['anomaly']['event'] for r in of(records, 'anomaly') if r['anomaly']['layer'] != 'proto_detect'], [])


def said(port, *turns):
	"""Raw bytes; each turn is sent when so many lines of replies have come."""
	with socket.create_connection(('127.0.0.1', port), timeout=20) as s:
		replies = s.makefile('rb')
		for lines, data in turns:
			for _ in range(lines):
				if not replies.readline():
					return
			s.sendall(data)
		while replies.readline():
			pass


def hello(port):
	"""How many lines EHLO is answered with."""
	with socket.create_connection(('127.0.0.1', port), timeout=20) as s:
		replies, n = s.makefile('rb'), 0
		replies.readline()
		s.sendall(b'EHLO c.test\r\n')
		while True:
			n += 1
			if replies.readline()[3:4] != b'-':
				return n


def chunks(p):
	body = b'Subject: chunks\r\nContent-Disposition: attachment; filename=a\r\n\r\n' + bytes(range(32, 127)) * 40
	first, last = body[:1000], body[1000:]

	def talk(port):
		said(port, (1, b'EHLO c.test\r\n'), (hello(p.ports['open']), b'MAIL FROM:<a@x.test> SIZE=%d BODY=8BITMIME\r\nRCPT TO:<b@y.test>\r\nBDAT %d\r\n' % (len(body), len(first)) + first
			+ b'BDAT %d LAST\r\n' % len(last) + last + b'QUIT\r\n'))
	records = p.records(talk)
	mail, = of(records, 'smtp')
	same('reply', (mail['smtp']['reply']['code'], mail['smtp']['chunks'], mail['smtp']['data_bytes']), (250, 2, len(body)))
	same('parameters', mail['smtp']['mail_params'], {'size': str(len(body)), 'body': '8BITMIME'})
	file, = [r['fileinfo'] for r in of(records, 'fileinfo')]
	same('file', file['sha256'], hashlib.sha256(body[body.index(b'\r\n\r\n') + 4:]).hexdigest())
	assert mail['smtp']['queue_id'] in p.log(), mail['smtp']


def smuggled(p, server):
	envelope = b'MAIL FROM:<%s>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n'
	records = p.records(lambda port: said(port, (1, b'EHLO c.test\r\n'), (hello(p.ports[server]), envelope % b'a@x.test'), (3, b'Subject: one\r\n\r\nx\n.\r\n'
		+ envelope % b'boss@y.test' + b'Subject: two\r\n\r\nx\r\n.\r\nQUIT\r\n')), server)
	assert 'eod_nonstandard' in [r['anomaly']['event'].lower() for r in of(records, 'anomaly')], of(records, 'anomaly')
	return [(r['smtp']['mail_from'], r['smtp'].get('behind_odd_end')) for r in of(records, 'smtp')], [r['smtp'].get('queue_id') for r in of(records, 'smtp')]


def two_mails(p):
	mails, queues = smuggled(p, 'open')
	same('mails', mails, [('<a@x.test>', None), ('<boss@y.test>', 'accepted')])
	assert all(q in p.log() for q in queues) and queues[0] != queues[1], queues


def one_of_two(p):
	mails, queues = smuggled(p, 'strict')
	same('mails', mails, [('<a@x.test>', None), ('<boss@y.test>', 'unanswered')])
	same('queues', [q is None for q in queues], [False, True])


CASES = [('a mail, its recipients, its queue and its attachments', one_mail), ('logins with their results', logins), ('TLS', starttls),
	('chunks in one go', chunks), ('a smuggled mail is taken', two_mails), ('a smuggled mail is none', one_of_two)]


def main():
	if len(sys.argv) != 2 or not os.path.exists(sys.argv[1]):
		print(__doc__)
		return 2
	why = missing()
	if why:
		return tap.run('postfix', [(name, lambda: 'skip: ' + why) for name, _ in CASES])
	with tempfile.TemporaryDirectory() as folder:
		server = Postfix(sys.argv[1], folder)
		try:
			return tap.run('postfix', [(name, lambda case=case: case(server)) for name, case in CASES])
		finally:
			server.close()


if __name__ == '__main__':
	sys.exit(main())
