#!/usr/bin/env python3
"""Databases: Debian's servers and their clients talk, what passes between them is replayed.

usage: databased.py PROGRAM          prints TAP; without mariadb-server, mariadb-client, postgresql and root a case is skipped
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets
import tap
from mailboxd import Wire, free_port

REPLAY = '''%YAML 1.1
---
outputs:
  - eve-log: {types: [mysql, pgsql, login, tls, flow, anomaly]}
'''
USERS = '''CREATE USER 'anna'@'127.0.0.1' IDENTIFIED BY 'horse battery'; CREATE USER 'ed'@'127.0.0.1' IDENTIFIED VIA ed25519 USING PASSWORD('staple');
CREATE USER 'guest'@'127.0.0.1'; CREATE DATABASE shop; GRANT ALL ON shop.* TO 'anna'@'127.0.0.1'; GRANT CREATE USER ON *.* TO 'anna'@'127.0.0.1'; GRANT ALL ON shop.* TO 'ed'@'127.0.0.1';'''
STATEMENTS = '''CREATE TABLE t (id INT, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL); SELECT * FROM t;
PREPARE s FROM 'SELECT 1'; EXECUTE s; CREATE USER x IDENTIFIED BY 'hidden here'; SELECT 7; SELECT * FROM nowhere;'''


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


def missing(*names):
	lack = [name for name in names if shutil.which(name) is None]
	if lack:
		return 'skip: no %s here' % ', '.join(lack)
	return None if os.geteuid() == 0 else 'skip: not root'


def wait_for(what, answers):
	for _ in range(600):
		if answers():
			return
		time.sleep(0.1)
	raise AssertionError(what + ' does not answer')


class Mariadb:
	def __init__(self):
		self.folder, self.port = tempfile.mkdtemp(prefix='hg-mariadb-'), free_port()
		shutil.chown(self.folder, 'mysql', 'mysql')
		data, self.socket = os.path.join(self.folder, 'data'), os.path.join(self.folder, 'socket')
		subprocess.run(['mariadb-install-db', '--no-defaults', '--user=mysql', '--datadir=' + data, '--skip-test-db', '--skip-name-resolve'],
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=120)
		self.daemon = subprocess.Popen(['mariadbd', '--no-defaults', '--user=mysql', '--datadir=' + data, '--socket=' + self.socket,
			'--port=%d' % self.port, '--bind-address=127.0.0.1', '--skip-name-resolve', '--plugin-load-add=auth_ed25519', '--local-infile=1'],
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		wait_for('mariadb', lambda: self.local('SELECT 1').returncode == 0)
		assert self.local(USERS).returncode == 0

	def local(self, statements):
		return subprocess.run(['mariadb', '--no-defaults', '--socket=' + self.socket, '-e', statements], stderr=subprocess.DEVNULL,
			stdout=subprocess.DEVNULL, timeout=60)

	def say(self, user, password, statements, *options):
		"""What passes when somebody logs in by TCP."""
		wire = Wire(self.port)
		subprocess.run(['mariadb', '--no-defaults', '--host=127.0.0.1', '--port=%d' % wire.port, '--user=' + user, '--password=' + password,
			'--force', '-e', statements, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
		return wire.all()

	def close(self):
		self.daemon.terminate()
		self.daemon.wait(60)
		shutil.rmtree(self.folder, ignore_errors=True)


def of(told, kind):
	return [r[kind] for r in told if r['event_type'] == kind]


def mysql(program):
	why = missing('mariadbd', 'mariadb-install-db', 'mariadb')
	if why:
		return why
	server = Mariadb()
	try:
		with tempfile.NamedTemporaryFile('w') as f:
			f.write('4\tfile\n5\tfile\n')
			f.flush()
			load = "LOAD DATA LOCAL INFILE '%s' INTO TABLE t; SELECT * FROM t" % f.name
			sessions = [server.say('anna', 'horse battery', STATEMENTS, 'shop'), server.say('anna', 'wrong', 'SELECT 1'),
				server.say('guest', '', 'SELECT 1'), server.say('ed', 'staple', load, 'shop', '--local-infile=1'),
				server.say('anna', 'horse battery', 'SELECT 1', '--compress')]
		# on another port than the protocol's, too
		told = replay(program, [((3306, 13306)[i % 2], messages) for i, messages in enumerate(sessions)])
	finally:
		server.close()
	assert [r['app_proto'] for r in told if r['event_type'] == 'flow'] == 5 * ['mysql'], told
	logins = [(r['user'], r['mechanism'], r['result'], r.get('server_code'), r.get('pw_len'), r['client_software']) for r in of(told, 'login')]
	want = [('anna', 'mysql_native_password', 'success', 'OK', None, 'mysql'), ('anna', 'mysql_native_password', 'failure', '1045', None, 'mysql'),
		('guest', 'mysql_native_password', 'success', 'OK', 0, 'mysql'), ('ed', 'client_ed25519', 'success', 'OK', None, 'mysql'),
		('anna', 'mysql_native_password', 'success', 'OK', None, 'mysql')]
	assert logins == want, logins
	said = {r['query']: r.get('response') for r in of(told, 'mysql') if 'query' in r}
	assert said['SELECT * FROM t'] == {'status': 'OK', 'columns': 2, 'rows': 5}, said  # the last one, behind the file
	assert said['SELECT * FROM nowhere']['code'] == 1146 and said['SELECT 7']['rows'] == 1, said
	assert "CREATE USER x IDENTIFIED BY '***'" in said and 'hidden here' not in json.dumps(told), said
	assert [r['local_file'] for r in of(told, 'mysql') if 'local_file' in r] == [f.name], told
	assert {r['user'] for r in of(told, 'mysql') if r['type'] == 'command'} == {'anna', 'guest', 'ed'}, told
	events = sorted(r['event'] for r in of(told, 'anomaly'))
	assert events == ['empty_password', 'local_infile_request', 'login_failed'], events
	assert [r for r in of(told, 'mysql') if r.get('compressed')], told
	return None


PG_STATEMENTS = """CREATE TABLE t (id INT, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'); SELECT * FROM t;
PREPARE s AS SELECT 1; EXECUTE s; CREATE ROLE x PASSWORD 'hidden here'; COPY t FROM STDIN;
4\tc
\\.
SELECT * FROM nowhere;
"""
PG_HBA = """local all all trust
host all anna 127.0.0.1/32 scram-sha-256
host all ed 127.0.0.1/32 md5
host all clear 127.0.0.1/32 password
host all guest 127.0.0.1/32 trust
"""


def pg_programs():
	found = sorted(glob.glob('/usr/lib/postgresql/*/bin'))
	return found[-1] if found else '/nowhere'


class Second(Wire):
	"""pgbench looks around by a connection of its own, and talks by the next one."""

	def carry(self):
		for _ in range(2):
			self.said = []
			super().carry()


class Postgres:
	def __init__(self):
		self.bin, self.folder, self.port = pg_programs(), tempfile.mkdtemp(prefix='hg-pgsql-'), free_port()
		shutil.chown(self.folder, 'postgres', 'postgres')
		data = os.path.join(self.folder, 'data')
		self.run('initdb', '-D', data, '-A', 'trust', '-N', check=True)
		with open(os.path.join(data, 'pg_hba.conf'), 'w') as f:
			f.write(PG_HBA)
		self.daemon = subprocess.Popen([self.bin + '/postgres', '-D', data, '-p', str(self.port), '-k', self.folder, '-c', 'listen_addresses=127.0.0.1', '-F'],
			user='postgres', group='postgres', cwd='/', stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		wait_for('postgres', lambda: self.local('SELECT 1') == 0)
		assert self.local("CREATE ROLE anna LOGIN CREATEROLE PASSWORD 'horse battery'") == 0 and self.local('CREATE DATABASE shop OWNER anna') == 0
		assert self.local("SET password_encryption = 'md5'; CREATE ROLE ed LOGIN PASSWORD 'staple'; CREATE ROLE clear LOGIN PASSWORD '123456'; CREATE ROLE guest LOGIN") == 0

	def run(self, name, *args, **more):
		return subprocess.run([os.path.join(self.bin, name), *args], user='postgres', group='postgres', cwd='/', stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL, timeout=120, **more)

	def local(self, statements):
		return self.run('psql', '-X', '-h', self.folder, '-p', str(self.port), '-d', 'postgres', '-c', statements).returncode

	def say(self, user, password, statements, database='shop', tool='psql', *options):
		wire = (Wire if tool == 'psql' else Second)(self.port)
		to = ['-h', '127.0.0.1', '-p', str(wire.port), '-U', user]
		to += ['-X', '-d', database] if tool == 'psql' else [*options, database]
		env = dict(os.environ, PGPASSWORD=password, PGSSLMODE='prefer', PGGSSENCMODE='disable')
		self.run(tool, *to, input=statements.encode(), env=env)
		return wire.all()

	def close(self):
		self.daemon.terminate()
		self.daemon.wait(60)
		shutil.rmtree(self.folder, ignore_errors=True)


def pgsql(program):
	why = missing(pg_programs() + '/postgres', pg_programs() + '/psql', pg_programs() + '/pgbench')
	if why:
		return why
	server = Postgres()
	try:
		sessions = [server.say('anna', 'horse battery', PG_STATEMENTS), server.say('anna', 'wrong', 'SELECT 1;\n'),
			server.say('ed', 'staple', 'SELECT 1;\n'), server.say('clear', '123456', 'SELECT 1;\n'), server.say('guest', '', '', 'nowhere')]
		assert server.local('CREATE DATABASE bench OWNER anna') == 0
		assert server.run('pgbench', '-i', '-q', '-h', server.folder, '-p', str(server.port), '-U', 'anna', 'bench').returncode == 0
		sessions.append(server.say('anna', 'horse battery', '', 'bench', 'pgbench', '-n', '-M', 'prepared', '-t', '5', '-S'))
		told = replay(program, [((5432, 15432)[i % 2], messages) for i, messages in enumerate(sessions)])
	finally:
		server.close()
	assert [r['app_proto'] for r in told if r['event_type'] == 'flow'] == 6 * ['pgsql'], [r for r in told if r['event_type'] == 'flow']
	logins = [(r['user'], r['mechanism'], r['result'], r.get('server_code'), r.get('pw_len'), r['client_software']) for r in of(told, 'login')]
	want = [('anna', 'scram-sha-256', 'success', None, None, 'psql'), ('anna', 'scram-sha-256', 'failure', '28P01', None, 'psql'), ('ed', 'md5', 'success', None, None, 'psql'),
		('clear', 'password', 'success', None, 6, 'psql'), ('guest', 'none', 'success', None, None, 'psql'), ('anna', 'scram-sha-256', 'success', None, None, 'pgbench')]
	assert logins == want, logins
	said = {r['query']: r.get('response') for r in of(told, 'pgsql') if 'query' in r}
	assert said['SELECT * FROM t;'] == {'status': 'OK', 'tag': 'SELECT 2', 'rows': 2}, said
	assert said['COPY t FROM STDIN;']['tag'] == 'COPY 1' and said['SELECT * FROM nowhere;']['code'] == '42P01', said
	assert "CREATE ROLE x PASSWORD '***';" in said and 'hidden here' not in json.dumps(told), said
	executed = [r for r in of(told, 'pgsql') if r.get('command') == 'execute']
	assert len(executed) == 5 and all('abalance' in r['query'] and r['response'] == {'status': 'OK', 'tag': 'SELECT 1', 'rows': 1} for r in executed), executed
	assert [r['response']['code'] for r in of(told, 'pgsql') if r.get('database') == 'nowhere'] == ['3D000'], told
	events = sorted(r['event'] for r in of(told, 'anomaly'))
	assert events == ['cleartext_password', 'login_failed'], events
	return None


def cases(program):
	return [("Debian's PostgreSQL, psql and pgbench", lambda: pgsql(program)), ("Debian's MariaDB and its client", lambda: mysql(program))]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(tap.run('databased', cases(os.path.abspath(sys.argv[1]))))
