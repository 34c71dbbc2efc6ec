#!/usr/bin/env python3
"""`hangu run` whose workers do not keep up: with frames, as engine.overload-policy says, and with changes of the block table.

usage: behind.py PROGRAM          prints TAP; skipped without root

A worker is stopped while frames are sent, so that full bursts wait for it in any case; and while more blocks change than its mailbox holds.
"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import drivers  # noqa: E402
import tap  # noqa: E402
from lab import CLIENT, SERVER, Lab, missing, seized, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''

RULES = 'drop udp any any <> any 7777 (msg:"evil"; content:"evil"; sid:1;)\n'

# The server writes down what comes, and by which port, and sends it back.
ECHO = 'import socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)\n' \
	's.bind(("%s", 7777))\nout = open(sys.argv[1], "w", buffering=1); out.write("ready\\n")\n' \
	'while True:\n data, who = s.recvfrom(99)\n out.write("%%d %%s\\n" %% (who[1], data.decode()))\n s.sendto(data, who)\n' % SERVER

# The client sends what it is told, "port times text" a line; after a line it has sent all of it. What a reject has answered is told
# instead of the next sending.
TALK = 'import socket, sys\nby = {}\nfor line in sys.stdin:\n port, times, text = line.split()\n' \
	' if port not in by:\n  by[port] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n' \
	'  by[port].bind(("%s", int(port))); by[port].connect(("%s", 7777))\n' \
	' for _ in range(int(times)):\n  try:\n   by[port].send(text.encode())\n  except OSError:\n   by[port].send(text.encode())\n' \
	' print(flush=True)\n' % (CLIENT, SERVER)

OLD, NEW = 6001, 6002


class Talk:
	"""Datagrams of the client, and what came of them."""

	def __init__(self, lab, folder):
		self.path = folder + '/received'
		lab.start('server', sys.executable, '-c', ECHO, self.path)
		assert until(lambda: os.path.exists(self.path) and os.path.getsize(self.path) > 0)
		self.process = subprocess.Popen(['ip', 'netns', 'exec', lab.names['client'], sys.executable, '-c', TALK],
		                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

	def send(self, port, text, times=1):
		self.process.stdin.write('%d %d %s\n' % (port, times, text))
		self.process.stdin.flush()
		assert self.process.stdout.readline() == '\n'

	def came(self, port, text):
		with open(self.path, encoding='utf-8') as f:
			return f.read().splitlines().count('%d %s' % (port, text))

	def close(self):
		self.process.communicate()


# What comes of a flow that begins under overload: its first packet "evil", then, when that is over, "fine" and "evil" again;
# the reason of dropped ones; flows and packets that count as passed uninspected, with those that the server sends back.
POLICIES = {
	'ignore': dict(first=0, fine=1, again=0, alerts=3, reasons={'rules': 3}, spared=(0, 0)),
	'pass-flow': dict(first=1, fine=1, again=1, alerts=1, reasons={'rules': 1}, spared=(1, 6)),
	'bypass': dict(first=1, fine=1, again=1, alerts=1, reasons={'rules': 1}, spared=(1, 6)),
	'drop-flow': dict(first=0, fine=0, again=0, alerts=1, reasons={'rules': 1, 'overload': 1, 'flow_drop': 2}, spared=(0, 0)),
	'drop-packet': dict(first=0, fine=1, again=0, alerts=2, reasons={'rules': 2, 'overload': 1}, spared=(0, 0)),
	'reject': dict(first=0, fine=0, again=0, alerts=1, reasons={'rules': 1, 'overload': 1, 'flow_drop': 2}, spared=(0, 0)),
}


def new_flows_get(policy):
	expected = POLICIES[policy]
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		with open(folder + '/rules', 'w', encoding='utf-8') as f:
			f.write(RULES)
		with lab.hangu(PROGRAM, '-S', folder + '/rules', '--set', 'engine.overload-after=0',
		               '--set', 'engine.overload-policy=' + policy) as h:
			assert until(lambda: drivers.reaches(lab)), h.said()
			talk = Talk(lab, folder)
			talk.send(OLD, 'hello')
			assert until(lambda: talk.came(OLD, 'hello') == 1)
			figures = lambda: h.ask('dump-counters')['engine']['overload']
			assert figures()['begun'] == 0, 'single frames are none'
			with seized(h.process.pid, 'worker-0'):
				# Of 64 frames, which are two full bursts, these are the last but 22.
				talk.send(OLD, 'full', 40)
				talk.send(OLD, 'evil')
				talk.send(NEW, 'evil')
				talk.send(OLD, 'full', 40)
			assert until(lambda: talk.came(OLD, 'full') == 80), talk.came(OLD, 'full')
			assert until(lambda: 'worker 0 takes all frames again' in h.said()), h.said()
			for text in ('fine', 'evil'):
				talk.send(NEW, text)
			talk.send(OLD, 'last')
			assert until(lambda: talk.came(OLD, 'last') == 1), 'what was there goes on'
			assert talk.came(OLD, 'evil') == 0, 'and is inspected under overload as well'
			assert talk.came(NEW, 'evil') == expected['first'] + expected['again'], talk.came(NEW, 'evil')
			assert talk.came(NEW, 'fine') == expected['fine']
			assert until(lambda: figures()['packets'] == expected['spared'][1]), figures()
			assert figures()['flows'] == expected['spared'][0] and figures()['begun'] >= 1, figures()
			assert figures()['frames'] >= 64, figures()
			talk.close()
			assert h.stop() == 0
			assert len(h.events('alert')) == expected['alerts'], h.events('alert')
			reasons = {k: v for k, v in h.events('stats')[-1]['stats']['ips']['drop_reason'].items() if v != 0}
			assert reasons == expected['reasons'], reasons
			told = [e['src_port'] for e in h.events('drop') if e['drop']['reason'] == 'overload']
			assert told == [NEW] * expected['reasons'].get('overload', 0), told


def a_device_without_end_overloads():
	"""net_null gives full bursts for ever: it begins, by time, and does not end."""
	with Lab() as lab, drivers.hangu(lab, ['--set', 'dpdk.interfaces.0.interface=net_null0,size=64', '--workers', '1']) as h:
		assert h.process.poll() is None, h.said()
		assert until(lambda: 'worker 0 is overloaded' in h.said()), h.said()
		figures = lambda: h.ask('dump-counters')['engine']['overload']
		before = figures()
		assert until(lambda: figures()['time'] > before['time'] + 300 and figures()['frames'] > before['frames']), (before, figures())
		assert figures()['begun'] == 1, figures()
		assert h.stop() == 0
		assert 'takes all frames again' not in h.said(), h.said()


# A datagram from each of the addresses that come on standard input, whoever has them.
SPOOF = '''
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for i, source in enumerate(sys.stdin.read().split()):
	ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton("%s"))
	s.sendto(ip + struct.pack("!HHHH", 4000, 9, 8, 0), ("%s", 0))
	if i %% 100 == 99:
		time.sleep(0.005)
''' % (SERVER, SERVER)


def blocks_reach_a_worker_that_stood_still():
	name = lambda n: '198.%d.%d.%d' % (18 + n // 62500, n // 250 % 250, n % 250)
	every = [name(n) for n in range(16000)]
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		with open(folder + '/rules', 'w', encoding='utf-8') as f:
			f.write(RULES)
		with lab.hangu(PROGRAM, '-S', folder + '/rules', '--workers', '2', '--set', 'engine.watchdog=1') as h:
			assert until(lambda: drivers.reaches(lab)), h.said()

			def change(command, which, **more):
				for at in range(0, len(which), 1000):
					answer = h.ask(command, entries=[dict(more, address=a) for a in which[at:at + 1000]])
					assert answer['refused'] == [], answer['refused'][0]
				return answer

			def all_are_met(there):
				lab.on('client', sys.executable, '-c', SPOOF, input='\n'.join(every))
				listed, page = {}, {'next': 0}
				while 'next' in page:
					page = h.ask('block-list', **{'from': page['next']})
					listed.update((e['address'], e['hits']) for e in page['entries'])
				assert set(listed) == set(there), (len(listed), len(there))
				return all(listed.values()) and sum(listed.values()) == h.ask('block-stats')['hits']

			assert 'behind' not in change('block-add', every[:1000], ttl=600)
			with seized(h.process.pid, 'worker-0'):
				assert until(lambda: h.ask('block-stats').get('behind') == [0]), 'one that stands still does not have what is new'
				change('block-add', every[1000:12000], ttl=600)
				change('block-del', every[11000:12000])
				change('block-add', every[12000:])
				# More than are added behind it: numbers that nobody takes again.
				change('block-del', every[:9000:3])
				assert change('block-add', every[8000:9000:2])['behind'] == [0]
				engine = h.ask('dump-counters')['engine']
				assert engine['blocks_owed'] > 0 and engine['blocks_delayed'] >= engine['blocks_owed'], engine
				h.ask('ruleset-reload-nonblocking')
			assert until(lambda: 'behind' not in h.ask('block-stats')), h.ask('block-stats')
			assert h.ask('dump-counters')['engine']['blocks_owed'] == 0
			assert until(lambda: '1 rules loaded, 0 refused' in h.said()), 'other mail has its room'
			gone = set(every[:9000:3]) - set(every[8000:9000:2]) | set(every[11000:12000])
			there = [a for a in every if a not in gone]
			assert until(lambda: all_are_met(there), 60), 'each replica has what the ledger has, and nothing else'
			assert h.stop() == 0


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('behind', [
		*(('under overload new flows get %s' % p, needing_root(lambda p=p: new_flows_get(p))) for p in POLICIES),
		('a device that gives frames without end overloads', needing_root(a_device_without_end_overloads)),
		('blocks reach a worker that stood still, all of them', needing_root(blocks_reach_a_worker_that_stood_still)),
	]))
