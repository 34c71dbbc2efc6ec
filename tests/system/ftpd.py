#!/usr/bin/env python3
"""FTP: vsftpd, and curl and lftp as its clients, in a network of their own. What tcpdump wrote there is replayed, and each action must
have its record, each file its bytes. Examples of other protocols on port 21 are no logins.

usage: ftpd.py PROGRAM          prints TAP; without vsftpd, lftp, curl, openssl, tcpdump and root the first cases are skipped
"""
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets
import tap
import traffic

TOOLS = ('vsftpd', 'lftp', 'curl', 'openssl', 'tcpdump', 'unshare', 'nsenter', 'ip')
OTHERS = ('dcerpc', 'dns', 'http', 'smb', 'smtp', 'ssh', 'telnet', 'tls')
NAME = '\u516c\u6587.txt'.encode('gb18030')
SERVER = '''listen=NO
listen_ipv6=YES
background=NO
anonymous_enable=YES
local_enable=YES
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
anon_root=%(folder)s/root
pam_service_name=vsftpd
seccomp_sandbox=NO
isolate_network=NO
ssl_enable=YES
allow_anon_ssl=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
rsa_cert_file=%(folder)s/cert.pem
rsa_private_key_file=%(folder)s/cert.pem
xferlog_enable=NO
'''


def skip():
	missing = [name for name in TOOLS if shutil.which(name, path=os.environ['PATH'] + ':/usr/sbin:/sbin') is None]
	if missing:
		return 'skip: no %s here' % ', '.join(missing)
	return None if os.geteuid() == 0 else 'skip: not root'


class Network:
	"""Loopback of its own, vsftpd in it, and who writes down what passes."""

	def __init__(self, folder):
		self.folder, self.capture = folder, os.path.join(folder, 'a.pcap')
		self.content = random.Random(21).randbytes(300000)
		os.makedirs(os.path.join(folder, 'root', 'pub'))
		os.chmod(folder, 0o755)
		up = os.path.join(folder, 'root', 'up')
		os.mkdir(up)
		shutil.chown(up, 'ftp')
		for name in (b'big.bin', NAME):
			with open(os.path.join(os.fsencode(folder), b'root/pub', name), 'wb') as f:
				f.write(self.content)
		for name, data in (('one.txt', b'one\n' * 100), ('two.txt', b'two\n')):
			with open(os.path.join(folder, name), 'wb') as f:
				f.write(data)
		with open(os.path.join(folder, 'vsftpd.conf'), 'w') as f:
			f.write(SERVER % {'folder': folder})
		subprocess.run(['openssl', 'req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=ftp.test',
			'-keyout', 'key.pem', '-out', 'cert.pem'], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
		with open(os.path.join(folder, 'cert.pem'), 'a') as out, open(os.path.join(folder, 'key.pem')) as key:
			out.write(key.read())
		self.holder = subprocess.Popen(['unshare', '-n', 'sh', '-c', 'ip link set lo up && echo up && exec sleep 600'], stdout=subprocess.PIPE)
		assert self.holder.stdout.readline() == b'up\n', 'no network namespace'
		self.server = self.begin('vsftpd', os.path.join(folder, 'vsftpd.conf'))
		self.dump = self.begin('tcpdump', '-i', 'lo', '-U', '-s', '0', '-B', '32768', '-w', self.capture, 'tcp')
		for _ in range(200):
			if os.path.exists(self.capture) and self.run('curl', '-s', '-m', '2', 'ftp://127.0.0.1/', check=False).returncode == 0:
				return
			time.sleep(0.05)
		raise AssertionError('vsftpd or tcpdump does not come up')

	def inside(self, *command):
		return ['nsenter', '-t', str(self.holder.pid), '-n'] + list(command)

	def begin(self, *command):
		return subprocess.Popen(self.inside(*command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

	def run(self, *command, check=True):
		done = subprocess.run(self.inside(*command), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
			stderr=subprocess.PIPE, timeout=60, check=False)
		assert not check or done.returncode == 0, (command, done)
		return done

	def curl(self, *options, host='127.0.0.1', path='/', check=True):
		return self.run('curl', '-s', '-S', '-g', '-m', '30', *options, 'ftp://%s%s' % (host, path), check=check)

	def close(self):
		"""tcpdump may be behind: it has to have seen the last words."""
		mark = b'last-words-%d' % os.getpid()
		self.curl(path='/' + mark.decode(), check=False)
		for _ in range(600):
			with open(self.capture, 'rb') as f:
				if mark in f.read():
					break
			time.sleep(0.1)
		self.dump.send_signal(signal.SIGINT)
		self.dump.wait(20)
		for p in (self.server, self.holder):
			p.kill()
			p.wait(20)


def act(net):
	"""Each action once."""
	big = '/pub/big.bin'
	assert net.curl('-o', 'a', path=big).returncode == 0
	net.curl('--disable-epsv', '-o', 'b', path=big)
	net.curl('-P', '-', '-o', 'c', path=big)
	net.curl('-P', '-', '--disable-eprt', '-o', 'd', path=big)
	net.curl('-o', 'e', host='[::1]', path=big)
	net.curl('-P', '-', '-o', 'f', host='[::1]', path=big)
	net.curl('-C', '200000', '-o', 'g', path=big)
	net.curl('-T', 'one.txt', path='/up/one.txt')
	net.curl('-a', '-T', 'two.txt', path='/up/one.txt')
	net.curl('-Q', '-RNFR one.txt', '-Q', '-RNTO sub.txt', '-Q', '-MKD new', '-Q', '-RMD new', '-Q', '-DELE sub.txt', path='/up/')
	net.curl('-l', path='/pub/')
	net.curl('-o', 'h', path='/pub/' + ''.join('%%%02x' % b for b in NAME))
	assert net.curl('-u', 'nobody-there:123456', check=False).returncode != 0
	assert net.curl('--ssl-reqd', '-k', '-o', 'i', path=big).returncode == 0
	net.run('lftp', '-e', 'set ftp:passive-mode off; set net:max-retries 1; cd pub; ls; get big.bin -o j; bye', '127.0.0.1')


def records(program, capture, *more):
	done = subprocess.run([program, 'replay', '-k', 'none', '--set', 'outputs.eve-log.types.files.force-hash.0=sha256',
		'--set', 'stream.reassembly.depth=10mb'] + list(more) + [capture], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
	return [json.loads(line) for line in done.stdout.splitlines()]


def of_type(told, kind):
	return [r[kind] for r in told if r['event_type'] == kind]


def check_files(net, told):
	digest = hashlib.sha256(net.content).hexdigest()
	files = [r for r in told if r['event_type'] == 'fileinfo']
	whole = [r for r in files if r['fileinfo'].get('sha256') == digest]
	# Seven times big.bin without REST and TLS, once the name in GBK.
	assert len(whole) == 8, [(r['fileinfo'], r['ftp_data']) for r in files]
	assert {r['ftp_data']['path'] for r in whole} == {'/pub/big.bin', '/pub/\u516c\u6587.txt'}, whole
	assert {r['ftp_data']['user'] for r in whole} == {'anonymous'}, whole
	assert {len(r['src_ip']) > 15 for r in whole} == {True, False}, 'one IP version only'
	part = [r for r in files if r['ftp_data'].get('offset') == 200000]
	assert len(part) == 1 and part[0]['fileinfo']['sha256'] == hashlib.sha256(net.content[200000:]).hexdigest(), part
	up = [(r['ftp_data']['command'], r['ftp_data']['path'], r['fileinfo']['size']) for r in files if r['ftp_data']['command'] != 'RETR']
	assert up == [('STOR', '/up/one.txt', 400), ('APPE', '/up/one.txt', 4)], up


def check_commands(told):
	ftp = [r for r in of_type(told, 'ftp') if 'session' not in r]
	modes = {(r['command'], r['mode']) for r in ftp if 'mode' in r}
	assert modes == {('EPSV', 'passive'), ('PASV', 'passive'), ('PORT', 'active'), ('EPRT', 'active')}, modes
	acts = [(r['command'], r.get('path'), r.get('rename_from')) for r in ftp if r.get('command') in ('MKD', 'RMD', 'DELE', 'RNTO')]
	assert acts == [('RNTO', '/up/sub.txt', '/up/one.txt'), ('MKD', '/up/new', None), ('RMD', '/up/new', None), ('DELE', '/up/sub.txt', None)], acts
	got = [r for r in ftp if r.get('command') == 'RETR']
	assert len(got) == 9 and all(r['completion_code'][-1] == '226' and r['user'] == 'anonymous' for r in got), got
	# Who answers before the data connection has ended is not told its bytes; the session is.
	sizes = [r['transfer'].get('bytes') for r in got]
	assert set(sizes) <= {None, 300000, 100000} and sizes.count(300000) > 4, sizes
	lists = of_type(told, 'ftp_data')
	assert {(r['command'], r['entries']) for r in lists if 'entries' in r and r['path'] == '/pub'} == {('NLST', 2), ('LIST', 2)}, lists


def check_sessions(told):
	logins = [(r['user'], r['result'], r['mechanism'], r.get('email')) for r in of_type(told, 'login')]
	assert logins.count(('nobody-there', 'failure', 'password', None)) == 1, logins
	assert logins.count(('anonymous', 'success', 'anonymous', 'ftp@example.com')) >= 12, logins
	sessions = [r['session'] for r in of_type(told, 'ftp') if 'session' in r]
	assert sum(s['download_bytes'] for s in sessions) == 8 * 300000 + 100000, sessions
	assert sum(s['upload_bytes'] for s in sessions) == 404 and sum(s['uploads'] for s in sessions) == 2, sessions
	assert sum(s['downloads'] for s in sessions) == 9, sessions
	assert [s['logins'] for s in sessions if s.get('tls')] == [{'success': 0, 'failure': 0, 'unknown': 0}], sessions
	assert sum(r['event_type'] == 'tls' and r['tls'].get('from_proto') == 'ftp' for r in told) == 1, 'no TLS behind AUTH'


def daemon(program):
	why = skip()
	if why:
		return why
	folder = tempfile.mkdtemp()
	try:
		net = Network(folder)
		try:
			act(net)
		finally:
			net.close()
		told = records(program, net.capture)
		check_files(net, told)
		check_commands(told)
		check_sessions(told)
		assert not of_type(told, 'anomaly'), of_type(told, 'anomaly')
		for workers in ('2', '4'):
			again = records(program, net.capture, '--workers', workers)
			same = [sorted(json.dumps(r, sort_keys=True) for r in t if r['event_type'] != 'stats') for t in (told, again)]
			assert same[0] == same[1], 'other records with %s workers' % workers
	finally:
		shutil.rmtree(folder)
	return None


def others(program):
	sessions = [messages for protocol in OTHERS for _, udp, messages in traffic.read_examples(protocol) if not udp]
	assert len(sessions) > 50, len(sessions)
	frames = []
	for i, messages in enumerate(sessions):
		frames += packets.talk(21, messages, sport=30000 + i)
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, 'a.pcap')
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		told = records(program, capture)
	logins = [r for r in of_type(told, 'login') if r['proto'] == 'ftp']
	assert not logins, logins
	return None


def cases(program):
	return [('curl and lftp at vsftpd: all four ways to a data connection, both versions of IP, uploads, names in GBK, TLS', lambda: daemon(program)),
		('examples of other protocols on port 21 are no logins', lambda: others(program))]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(tap.run('ftpd', cases(os.path.abspath(sys.argv[1]))))
