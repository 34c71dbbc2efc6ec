#!/usr/bin/env python3
"""Twice the input, twice the time: for each decoder what an attacker may send it without end, once and twice as long; of each protocol also the
last question, and the last answer, of its first example over TCP, again and again.

usage: doubling.py PROGRAM [--size BYTES] [--runs N] [--rules FILE] [--only TEXT] [--json]

A line an input: CPU seconds of both (the least of the runs, start-up taken out) and their ratio; those above 2.2 are marked, and the exit status
is 1. Streams are followed without a depth, so that nothing ends the input early. --size is of the smaller one (4 MB).
"""
import argparse
import base64
import gzip
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import http2  # noqa: E402
import packets  # noqa: E402
import traffic  # noqa: E402

MOST = 2.2
ASK = b'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
POST = b'POST / HTTP/1.1\r\nHost: a\r\n'
MAIL = [(1, b'220 mx ESMTP\r\n'), (0, b'EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n'), (1, b'250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n')]
UPGRADE = [(0, b'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n'),
	(1, b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n')]
NEGOTIATE = b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ', 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16) + struct.pack('<HHHHI', 36, 1, 1, 0, 0) + bytes(24) + b'\x10\x02'
HELLO = b'\x01\0\0\x2d\x03\x03' + bytes(32) + b'\0\0\x02\0\x2f\x01\0\0\0'


def times(n, make):
	"""make(i) until n bytes are there."""
	out, size, i = [], 0, 0
	while size < n:
		out.append(make(i))
		size += len(out[-1])
		i += 1
	return b''.join(out)


def mail(body):
	return MAIL + [(0, body + b'\r\n.\r\n'), (1, b'250 ok\r\n')]


def nbss(data):
	return struct.pack('>I', len(data)) + data


def rpc(xid):
	data = struct.pack('>IIIIIIIIII', xid, 0, 2, 100003, 3, 3, 0, 0, 0, 0) + struct.pack('>I', 4) + b'hand' + struct.pack('>I', 4) + b'name'
	return struct.pack('>I', 0x80000000 | len(data)) + data


def query(i):
	data = struct.pack('>HHHHHH', i & 0xffff, 0x100, 1, 0, 0, 0) + b'\x03www\x04test\0\0\x01\0\x01'
	return struct.pack('>H', len(data)) + data


def pointers(i):
	data = struct.pack('>HHHHHH', i & 0xffff, 0x100, 200, 0, 0, 0) + b''.join(struct.pack('>BBHH', 0xc0, 12, 1, 1) for _ in range(200))
	return struct.pack('>H', len(data)) + data


def nested(n):
	"""A part within a part within …; each has a boundary of its own."""
	return times(n, lambda i: b'Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n' % (i, i))


def create(i):
	return nbss(b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ', 64, 0, 0, 5, 1, 0, 0, i + 1, 0, 1, 1) + bytes(16) +
		struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, 0x12019f, 0, 7, 1, 0, 120, 2, 0, 0) + b'a\0')


# name: (port, n -> messages)
STREAMS = {
	'http: a line': (80, lambda n: [(0, b'GET /' + b'a' * n + b' HTTP/1.1\r\n\r\n')]),
	'http: fields': (80, lambda n: [(0, b'GET / HTTP/1.1\r\n' + times(n, lambda i: b'X%d: y\r\n' % i) + b'\r\n')]),
	'http: one field again': (80, lambda n: [(0, b'GET / HTTP/1.1\r\n' + b'Cookie: y\r\n' * (n // 11) + b'\r\n')]),
	'http: a folded field': (80, lambda n: [(0, b'GET / HTTP/1.1\r\nA: b\r\n' + b' c\r\n' * (n // 4) + b'\r\n')]),
	'http: chunks of a byte': (80, lambda n: [(0, POST + b'Transfer-Encoding: chunked\r\n\r\n' + b'1\r\na\r\n' * (n // 6))]),
	'http: requests without answers': (80, lambda n: [(0, ASK * (n // len(ASK)))]),
	'http: requests with answers': (80, lambda n: [(0, ASK), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')] * (n // 70)),
	'http: answers without requests': (80, lambda n: [(0, ASK), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' * (n // 38))]),
	'http: interim answers': (80, lambda n: [(0, ASK), (1, b'HTTP/1.1 100 Continue\r\n\r\n' * (n // 25))]),
	'http: parts of a form': (80, lambda n: [(0, POST + b'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\n\r\n' +
		times(n, lambda i: b'--b\r\nContent-Disposition: form-data; name="f"; filename="%d"\r\n\r\nx\r\n' % i))]),
	'http: a bomb': (80, lambda n: [(0, ASK), (1, b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n' + gzip.compress(bytes(n * 20), mtime=0))]),
	'http: answers nobody waits for': (80, lambda n: [(0, ASK), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' + b'junk\r\n' * (n // 6))]),
	'http2: requests': (80, lambda n: [(0, http2.PREFACE + http2.settings() + times(n, lambda i: http2.request(2 * i + 1, '/')))]),
	'http2: pings': (80, lambda n: [(0, http2.PREFACE + http2.settings() + (b'\0\0\x08\x06\0' + bytes(12)) * (n // 17))]),
	'http2: continuations': (80, lambda n: [(0, http2.PREFACE + http2.settings() + b'\0\0\x01\x01\0\0\0\0\x01\x82' + b'\0\0\x01\x09\0\0\0\0\x01\x84' * (n // 10))]),
	'websocket: frames': (80, lambda n: UPGRADE + [(0, b'\x81\x81\0\0\0\0a' * (n // 7))]),
	'telnet: options': (23, lambda n: [(0, times(n, lambda i: bytes([255, 251 + i % 4, i % 40])))]),
	'telnet: a line': (23, lambda n: [(1, b'login: '), (0, b'a' * n)]),
	'telnet: editing': (23, lambda n: [(1, b'login: '), (0, b'ab\b\x15' * (n // 4))]),
	'telnet: an option without an end': (23, lambda n: [(0, b'\xff\xfa\x18\0' + b'x' * n)]),
	'telnet: commands': (23, lambda n: [(1, b'login: '), (0, b'root\r\n'), (1, b'Last login\r\n# ')] + [(0, b'ls\r\n'), (1, b'ls\r\na b c\r\n# ')] * (n // 20)),
	'ftp: commands': (21, lambda n: [(1, b'220 (x)\r\n'), (0, b'NOOP\r\n' * (n // 6))]),
	'ftp: a line': (21, lambda n: [(1, b'220 (x)\r\n'), (0, b'USER ' + b'a' * n)]),
	'ftp: a reply of many lines': (21, lambda n: [(1, b'220-x\r\n' * (n // 7))]),
	'smtp: commands': (25, lambda n: [(1, b'220 mx ESMTP\r\n'), (0, b'EHLO c\r\n' + b'RSET\r\n' * (n // 6))]),
	'smtp: recipients': (25, lambda n: [(1, b'220 mx ESMTP\r\n'), (0, b'EHLO c\r\nMAIL FROM:<a@b>\r\n' + times(n, lambda i: b'RCPT TO:<%d@d>\r\n' % i))]),
	'smtp: fields of a mail': (25, lambda n: mail(times(n, lambda i: b'X-%d: y\r\n' % i))),
	'smtp: parts in parts': (25, lambda n: mail(nested(n))),
	'smtp: parts': (25, lambda n: mail(b'Content-Type: multipart/mixed; boundary=b\r\n\r\n' + b'--b\r\n\r\nx\r\n' * (n // 10))),
	'smtp: base64': (25, lambda n: mail(b'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a\r\n\r\n' +
		base64.encodebytes(bytes(n * 3 // 4)).replace(b'\n', b'\r\n'))),
	'smtp: encoded words': (25, lambda n: mail(b'Subject:' + b' =?utf-8?q?a?=\r\n' * (n // 16))),
	'smtp: a line of a mail': (25, lambda n: mail(b'\r\n' + b'a' * n)),
	'pop3: commands': (110, lambda n: [(1, b'+OK\r\n'), (0, b'NOOP\r\n' * (n // 6))]),
	'imap: commands': (143, lambda n: [(1, b'* OK\r\n'), (0, times(n, lambda i: b'a%d NOOP\r\n' % i))]),
	'imap: literals': (143, lambda n: [(1, b'* OK\r\n'), (0, b'a APPEND x ' + b'{1+}\r\na ' * (n // 8))]),
	'imap: answers': (143, lambda n: [(1, b'* OK\r\n'), (0, b'a SELECT x\r\n'), (1, b'* 1 EXISTS\r\n' * (n // 12))]),
	'dns: queries': (53, lambda n: [(0, times(n, query))]),
	'dns: pointers': (53, lambda n: [(0, times(n, pointers))]),
	'tls: records of a byte': (443, lambda n: [(0, times(min(n, 6 * len(HELLO)), lambda i: b'\x16\x03\x01\0\x01' + HELLO[i:i + 1])), (1, b'\x15\x03\x03\0\x02\x01\0' * (n // 7))]),
	'tls: empty records': (443, lambda n: [(0, b'\x16\x03\x01\0\0' * (n // 5))]),
	'ssh: lines in front': (22, lambda n: [(0, b'SSH-2.0-a\r\n'), (1, b'hello\r\n' * (n // 7))]),
	'smb: opens without answers': (445, lambda n: [(0, nbss(NEGOTIATE) + times(n, create))]),
	'smb: keep-alives': (445, lambda n: [(0, nbss(NEGOTIATE) + b'\x85\0\0\0' * (n // 4))]),
	'dcerpc: fragments': (135, lambda n: [(0, times(n, lambda i: b'\x05\0\0\0\x10\0\0\0' + struct.pack('<HHIIHH', 25, 0, 1, 1, 0, 0) + b'x'))]),
	'nfs: calls without replies': (2049, lambda n: [(0, times(n, rpc))]),
	'nfs: empty fragments': (2049, lambda n: [(0, rpc(1) + bytes(n // 4 * 4))]),
	'nobody knows it': (9999, lambda n: [(i % 2, b'\xf3' * 700) for i in range(n // 700)]),
}


def segments(n, order):
	"""Segments of ten bytes of one request without an end, in an order of their numbers."""
	s = packets.Session(80, sport=42000).open()
	base, data = s.seq[0], b'GET / HTTP/1.1\r\nA: ' + b'a' * (n // 20)
	for i in order(len(data) // 10):
		s.frames.append(s.segment(0, packets.PSH | packets.ACK, data[10 * i:10 * i + 10], base + 10 * i))
	s.seq[0] += len(data)
	return s.frames


def shuffled(n):
	order = list(range(n))
	random.Random(1).shuffle(order)
	return order


ORDERS = {
	'tcp: segments of ten bytes': lambda n: range(n),
	'tcp: from the end on': lambda n: range(n - 1, -1, -1),
	'tcp: every other one': lambda n: range(0, n, 2),
	'tcp: in disorder': shuffled,
	'tcp: each of them again': lambda n: [i // 2 for i in range(2 * n)],
}


def again(steps, side):
	"""The session up to the last that this side says, which it says n bytes long."""
	last = max((i for i, (who, _) in enumerate(steps) if who == side), default=None)
	return None if last is None else lambda n: steps[:last + 1] + [(side, steps[last][1] * (n // len(steps[last][1])))]


def examples():
	for protocol in traffic.PROTOCOLS:
		port, steps = next(((port, steps) for port, udp, steps in traffic.read_examples(protocol) if not udp), (0, []))
		for side, what in enumerate(('question', 'answer')):
			make = again([(int(who), data) for who, data in steps], side)
			if make is not None:
				yield '%s: its last %s' % (protocol, what), (port, make)


def inputs(only):
	for name, (port, make) in (*STREAMS.items(), *examples()):
		if only in name:
			yield name, lambda n, port=port, make=make: packets.talk(port, make(n))
	for name, order in ORDERS.items():
		if only in name:
			yield name, lambda n, order=order: segments(n, order)


def seconds(args, folder, frames):
	path = os.path.join(folder, 'in.pcap')
	with open(path, 'wb') as f:
		f.write(packets.pcap(packets.timed(frames)))
	words = [args.program, 'replay', '--set', 'stream.reassembly.depth=0', '-l', folder] + (['-S', args.rules] if args.rules else []) + [path]
	best = None
	for _ in range(args.runs):
		process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		_, status, usage = os.wait4(process.pid, 0)
		process.returncode = status
		assert status == 0, status
		cpu = usage.ru_utime + usage.ru_stime
		best = cpu if best is None else min(best, cpu)
	return best


def main():
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument('program')
	parser.add_argument('--size', type=int, default=4_000_000)
	parser.add_argument('--runs', type=int, default=3)
	parser.add_argument('--rules')
	parser.add_argument('--only', default='')
	parser.add_argument('--json', action='store_true')
	args = parser.parse_args()
	worse = 0
	with tempfile.TemporaryDirectory() as folder:
		idle = seconds(args, folder, packets.talk(9999, []))
		for name, make in inputs(args.only):
			once, twice = (max(seconds(args, folder, make(n)) - idle, 0.001) for n in (args.size, 2 * args.size))
			worse += twice / once > MOST
			if args.json:
				print(json.dumps({'input': name, 'once': round(once, 3), 'twice': round(twice, 3), 'ratio': round(twice / once, 2)}), flush=True)
			else:
				print('%-34s %7.3f %7.3f s  %5.2f%s' % (name, once, twice, twice / once, '  !' if twice / once > MOST else ''), flush=True)
	return 1 if worse else 0


if __name__ == '__main__':
	sys.exit(main())
