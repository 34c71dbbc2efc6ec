#!/usr/bin/env python3
"""From an alert to the first dropped packet of its source: engine table and nftables, by hangu and hangu-linkd live.

usage: latency.py BUILD [ATTACKS]          as root; 1000 attacks, each from an address of its own

Each attacker makes a connection, sends what a rule alerts on, and goes on with 10,000 datagrams a second. Engine: to the time
stamp (arrival) of the first packet that the block table drops, from that of the alert's packet and from the moment when the
alert stood in the event socket (written.c). Both planes by linkd's own record: from the alert's arrival at linkd to the
acknowledgement of the plane. On a virtual machine what its host takes of the CPUs (steal) makes the tail: its share stands below.
"""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
from lab import SERVER, Lab, until  # noqa: E402

RULE = 'alert http any any -> any any (msg:"attack"; flow:established,to_server; http.uri; content:"/attack"; sid:1;)\n'
POLICY = 'budgets: {sid: 0, neighbours: 0, minute: 0, hour: 0}', 'rules: [ {name: attack, sids: [ 1 ], ttl: 1h} ]'
SERVE = '''
import socket
s = socket.create_server(('%s', 80), backlog=64)
while True:
	c, _ = s.accept()
	c.settimeout(0.2)
	try:
		c.recv(1000)
		c.send(b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
	except OSError:
		pass
	c.close()
''' % SERVER
ATTACK = '''
import ctypes, socket, sys, time
PR_SET_TIMERSLACK = 29
ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1)
for i in range(int(sys.argv[1])):
	source = '10.66.%%d.%%d' %% (i // 250, i %% 250 + 1)
	s = socket.socket()
	s.settimeout(2)
	s.bind((source, 0))
	s.connect(('%(server)s', 80))
	u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	u.bind((source, 0))
	s.send(b'GET /attack HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')
	begin = time.perf_counter()
	for n in range(150):
		time.sleep(max(0, begin + n * 1e-4 - time.perf_counter()))
		u.sendto(b'x', ('%(server)s', 5000))
	u.close()
	s.close()
''' % {'server': SERVER}


def when(event):
	return datetime.strptime(event['timestamp'], '%Y-%m-%dT%H:%M:%S.%f%z').timestamp()


def show(what, values):
	values = sorted(values)
	at = lambda share: values[min(len(values) - 1, int(len(values) * share))]
	if values:
		print('%-28s n %5d   p50 %7.0f us   p90 %7.0f us   p99 %7.0f us   most %7.0f us'
		      % (what, len(values), at(0.5), at(0.9), at(0.99), values[-1]))
	else:
		print('%-28s nothing measured' % what)


def ticks():
	"""Of all CPUs: what the host took, and all."""
	with open('/proc/stat', encoding='ascii') as f:
		fields = [int(x) for x in f.readline().split()[1:9]]
	return fields[7], sum(fields)


def attack(lab, attacks):
	lines = ''.join('addr add 10.66.%d.%d/32 dev c0\n' % (i // 250, i % 250 + 1) for i in range(attacks))
	lab.on('client', 'ip', '-batch', '-', input=lines)
	lab.on('server', 'ip', 'route', 'add', '10.66.0.0/16', 'dev', 's0')
	lab.start('server', sys.executable, '-c', SERVE)
	time.sleep(0.5)
	words = ['ip', 'netns', 'exec', lab.names['client'], sys.executable, '-c', ATTACK, str(attacks)]
	subprocess.run(words, timeout=600, check=True)
	time.sleep(2)


@contextlib.contextmanager
def noting(build, file):
	"""A program that is started here notes when it writes alerts."""
	os.environ.update(LD_PRELOAD=os.path.abspath(build) + '/tests/libwritten.so', WRITTEN=file)
	yield
	del os.environ['LD_PRELOAD'], os.environ['WRITTEN']


def written(file):
	with open(file, encoding='ascii') as f:
		rows = [line.split() for line in f]
	return {source: float(at) for at, source in reversed(rows)}


def measure(lab, build, folder, attacks):
	"""Alerts, when they were written, first drops, and records of linkd."""
	with contextlib.ExitStack() as stack:
		with noting(build, folder + '/written'):
			h = stack.enter_context(lab.hangu(build + '/hangu', '-S', folder + '/attack.rules'))
		config = lab.linkage(h.folder, *POLICY)
		with subprocess.Popen([build + '/hangu-linkd', 'run', '-c', config], stderr=subprocess.DEVNULL) as linkd:
			until(lambda: os.path.exists(h.folder + '/linkd.sock'))
			time.sleep(1)
			attack(lab, attacks)
			with open(h.folder + '/block.json', encoding='utf-8') as f:
				blocks = [json.loads(line)['block'] for line in f]
			linkd.terminate()
		h.stop()
		alerts = {e['src_ip']: when(e) for e in reversed(h.events('alert'))}
		# A block is for both directions: the first packet that it stops may be an answer.
		drops = {e['dest_ip' if e['src_ip'] == SERVER else 'src_ip']: when(e)
		         for e in reversed(h.events('drop')) if e['drop']['reason'] == 'blocked'}
		return alerts, written(folder + '/written'), drops, blocks


def main(build, attacks):
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		with open(folder + '/attack.rules', 'w') as f:
			f.write(RULE)
		before = ticks()
		alerts, at, drops, blocks = measure(lab, build, folder, attacks)
		taken, passed = (now - then for now, then in zip(ticks(), before))
	show('written', [(at[a] - alerts[a]) * 1e6 for a in alerts if a in at])
	show('first drop, from the packet', [(drops[a] - alerts[a]) * 1e6 for a in alerts if a in drops])
	show('first drop, from written', [(drops[a] - at[a]) * 1e6 for a in at if a in drops])
	for target in ('engine', 'nftables'):
		show('acknowledged by ' + target,
		     [b['latency_us'] for b in blocks if b['action'] == 'enforced' and b.get('target') == target])
	print('%d attacks, %d alerts, %d dropped in the engine; steal %.2f %%'
	      % (attacks, len(alerts), len(set(alerts) & set(drops)), 100 * taken / passed))


if __name__ == '__main__':
	if len(sys.argv) not in (2, 3):
		sys.exit(__doc__)
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 1000)
