#!/usr/bin/env python3
"""What others say on a protocol's port is not taken for it: a thousand connections of other protocols, of text and of random bytes on
the ports of all decoders.

usage: foreign.py PROGRAM [--flows N] [--seed N]     prints TAP

The sessions are those of dataplane/app/*/examples.md, so that a decoder that is added later is covered. A connection is named after
what it speaks or not at all, and no record tells of a login, a command or a message that nobody sent; under compat suricata7, where
names are the peer's, no login.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'system')]
import packets
import tap
import traffic

APP = os.path.join(traffic.ROOT, 'dataplane/app')
# What a session may turn into by its own words: STARTTLS, CONNECT and Upgrade, files, pipes.
BECOMES = {
	'ftp': {'ftp', 'ftp-data', 'ftp_data', 'tls'},
	'http': {'http', 'http2', 'websocket', 'tls', 'ssh', 'smtp', 'ftp', 'dcerpc', 'telnet'},
	'http2': {'http', 'http2', 'dns', 'doh2'},
	'imap': {'imap', 'tls'},
	'mysql': {'mysql', 'tls'},
	'pgsql': {'pgsql', 'tls'},
	'pop3': {'pop3', 'tls'},
	'smb': {'smb', 'dcerpc'},
	'smtp': {'smtp', 'tls', 'ftp'},  # MAIL is a command of FTP, where TLS was agreed upon on its port and does not come
	'telnet': {'telnet', 'tls', 'smtp'},  # START-TLS; one example is of a mail server on Telnet's port
	'websocket': {'http', 'websocket'},
}
PLAIN = {23, 2323}  # what is said there is a session of Telnet; who logged in and what was asked must be seen
FIRST = 40000  # the client's port of the first connection
GREETED = {'ftp', 'imap', 'pop3', 'smtp'}  # the server speaks first: without its greeting the rest may be of several
ABOUT_ALL = {'flow', 'anomaly', 'fileinfo', 'alert', 'stats', 'detection', 'netflow'}
WORDS = 'the quick brown fox jumps over a lazy dog 我们 user login name pass list get mail from data ok error 200 220 250'.split()


def sessions():
	"""{protocol: [(port, over UDP, [(side, bytes)])]} of the examples of which the protocol itself is told, from their beginning."""
	found = {}
	for p in sorted(os.listdir(APP)):
		if os.path.exists(os.path.join(APP, p, 'examples.md')):
			rows = [example for example, told in traffic.read_told(p)
				if ('{"%s":' % p in told or '{"login":{"proto":"%s"' % p in told) and (p not in GREETED or example[2][0][0])]
			if rows:
				found[p] = rows
	return found


def text(rand):
	return ' '.join(rand.choice(WORDS) for _ in range(rand.randrange(1, 12))).encode() + rand.choice([b'\n', b'\r\n', b'\r\0'])


def noise(rand, readable):
	"""A conversation of no protocol; neither side begins with what one begins with."""
	first = rand.random() < .5
	out = []
	for i in range(rand.randrange(2, 9)):
		data = b'-- ' + text(rand) if readable else b'\xf3' + rand.randbytes(rand.randrange(1, 400))
		out.append(((i + first) % 2 == 0, data))
	return out


def flows(n, seed):
	"""[(what is spoken, port, over UDP, messages)]; never on a port of what is spoken."""
	rand = random.Random(seed)
	spoken = sessions()
	ports = {udp: sorted({port for rows in spoken.values() for port, over, _ in rows if over == udp}) for udp in (False, True)}
	own = {p: {port for port, _, _ in rows} for p, rows in spoken.items()}
	while n > 0:
		kind = rand.choice(sorted(spoken) + ['text', 'bytes'])
		if kind in spoken:
			_, over_udp, messages = rand.choice(spoken[kind])
		else:
			over_udp, messages = rand.random() < .2, noise(rand, kind == 'text')
		port = rand.choice(ports[over_udp])
		if port in own.get(kind, ()) or (kind, port) in SHARED:
			continue
		n -= 1
		yield kind, port, over_udp, messages


# One protocol inside the other, on the other's port.
SHARED = {('websocket', 80), ('http2', 80)}


def capture(path, rows):
	frames = []
	for i, (_, port, over_udp, messages) in enumerate(rows):
		sport = FIRST + i
		if over_udp:
			frames += [traffic.datagram(d, *((traffic.SERVER, traffic.CLIENT, port, sport) if side
				else (traffic.CLIENT, traffic.SERVER, sport, port))) for side, d in messages]
		else:
			frames += packets.talk(port, messages, sport=sport)
	with open(path, 'wb') as f:
		f.write(packets.pcap(packets.timed(frames)))


def is_plain(port, record):
	"""That somebody talked, and nothing more."""
	return port in PLAIN and record.get('telnet', {}).get('type') == 'session'


def faults(rows, records, named=True):
	"""named: connections and records of all kinds; else logins only."""
	for record in records:
		if not named and record['event_type'] != 'login':
			continue
		sport = record.get('src_port' if record.get('src_ip') == '10.0.0.1' else 'dest_port', 0)
		if not FIRST <= sport < FIRST + len(rows):
			continue
		kind, port, _, _ = rows[sport - FIRST]
		may = BECOMES.get(kind, {kind})
		said = record.get('app_proto', 'failed')
		told = record.get('login', {}).get('proto') if record['event_type'] == 'login' else record['event_type']
		if record['event_type'] == 'flow' and said != 'failed' and said not in may and not (port in PLAIN and said == 'telnet'):
			yield '%s on port %d is called %s' % (kind, port, said)
		elif record['event_type'] not in ABOUT_ALL and told not in may and not is_plain(port, record):
			yield '%s on port %d: a record %s of %s' % (kind, port, record['event_type'], told)


def main():
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument('program')
	parser.add_argument('--flows', type=int, default=1000)
	parser.add_argument('--seed', type=int, default=1)
	args = parser.parse_args()
	rows = list(flows(args.flows, args.seed))

	def case(compat, named):
		def run():
			with tempfile.TemporaryDirectory() as folder:
				path = os.path.join(folder, 'foreign.pcap')
				capture(path, rows)
				subprocess.run([args.program, 'replay', '--set', 'compat=' + compat, '-l', folder, path], check=True,
					stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
				with open(os.path.join(folder, 'eve.json')) as f:
					records = [json.loads(line) for line in f]
			seen = sum(r['event_type'] == 'flow' for r in records)
			assert seen >= len(rows), '%d flows of %d' % (seen, len(rows))
			wrong = sorted(set(faults(rows, records, named)))
			assert not wrong, '%d kinds of faults:\n%s' % (len(wrong), '\n'.join(wrong))
		return run

	return tap.run('foreign', [('%d connections, compat %s' % (len(rows), compat), case(compat, named))
		for compat, named in (('native', True), ('suricata7', False))])


if __name__ == '__main__':
	sys.exit(main())
