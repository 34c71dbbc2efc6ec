#!/usr/bin/env python3
"""Traffic of the long runs (soak.py, kills.py): each part is a process on a host of the lab.

usage: traffic.py PART [ARGUMENT]...      until its standard input ends; a line of JSON with its figures every five
                                          seconds and at the end; servers: one when they are ready

	echo                               server: gives numbered datagrams back, knows which it has seen
	serve                              server: Telnet and DNS
	udp RATE                           client: numbered datagrams, there and back
	markers RATE FIRST                 client: a connection each for /marker-FIRST, /marker-FIRST+1 ...
	pages RATE                         client: requests in one connection after the other (where there is no wrk)
	downloads EVERY SHA256             client: /file, with its hash
	talk                               client: Telnet sessions, and DNS questions between
	flood RATE MAC                     client: SYNs of random sources to a port that nobody serves
"""
import asyncio
import hashlib
import http.client
import itertools
import json
import os
import random
import select
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
from lab import SERVER  # noqa: E402

ECHO_PORT, FLOOD_PORT = 7777, 4444
NUMBER = struct.Struct('!Q56x')
TELLS = 5
FAILED_MOST = 1000
TCP_TOTAL_RETRANS = 100  # place in struct tcp_info


class Figures(dict):
	"""Told every few seconds, and whether to go on."""

	def __init__(self, **figures):
		super().__init__(figures)
		self.next = time.monotonic() + TELLS

	def tell(self):
		print(json.dumps(self), flush=True)

	def go_on(self):
		if time.monotonic() >= self.next:
			self.next += TELLS
			self.tell()
		return not select.select([sys.stdin], [], [], 0)[0]


class Seen:
	"""Which numbers were seen: a bit each."""

	def __init__(self):
		self.bits, self.n, self.doubled = bytearray(), 0, 0

	def add(self, number):
		at, bit = number >> 3, 1 << (number & 7)
		if at >= len(self.bits):
			self.bits.extend(bytes(at + 4096 - len(self.bits)))
		if self.bits[at] & bit:
			self.doubled += 1
		else:
			self.bits[at] |= bit
			self.n += 1

	def holes(self, total, most=20):
		"""The first runs of numbers below total that were not seen, as [first, how many]."""
		runs = []
		if self.n >= total:
			return runs
		for i in range(total):
			if i >> 3 < len(self.bits) and self.bits[i >> 3] & 1 << (i & 7):
				continue
			if runs and sum(runs[-1]) == i:
				runs[-1][1] += 1
			elif len(runs) == most:
				break
			else:
				runs.append([i, 1])
		return runs


def paced(figures, rate, most=50):
	"""Yields numbers at this rate; what was missed by a stall is made up for in bursts of `most`."""
	begin, n = time.monotonic(), 0
	while figures.go_on():
		due = min(int((time.monotonic() - begin) * rate), n + most)
		if due == n:
			time.sleep(max(0.002, min(1 / rate, 0.2)))
		for n in range(n, due):
			yield n
		n = due


def datagrams(port=0):
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)  # SO_RCVBUFFORCE: a stall of ours must not look like a loss
	if port:
		s.bind((SERVER, port))
	s.setblocking(False)
	return s


def overrun(port):
	"""Datagrams that the kernel dropped at this socket: ours was too slow."""
	with open('/proc/net/udp', encoding='ascii') as f:
		rows = [line.split() for line in f][1:]
	return sum(int(r[-1]) for r in rows if int(r[1].split(':')[1], 16) == port)


def echo():
	figures, s, seen = Figures(got=0), datagrams(ECHO_PORT), Seen()
	figures.tell()
	while figures.go_on():
		select.select([s, sys.stdin], [], [], 0.5)
		try:
			for _ in range(500):
				data, who = s.recvfrom(100)
				seen.add(NUMBER.unpack(data)[0])
				s.sendto(data, who)
		except BlockingIOError:
			pass
		figures.update(got=seen.n, doubled=seen.doubled, overrun=overrun(ECHO_PORT))
	figures['holes'] = seen.holes(max((i for i in range(len(seen.bits)) if seen.bits[i]), default=-1) * 8)
	figures.tell()


def udp(rate):
	figures, s, seen = Figures(sent=0), datagrams(), Seen()
	s.connect((SERVER, ECHO_PORT))
	own = s.getsockname()[1]

	def receive():
		try:
			while True:
				seen.add(NUMBER.unpack(s.recv(100))[0])
		except OSError:
			pass
		figures.update(got=seen.n, doubled=seen.doubled, overrun=overrun(own))

	for n in paced(figures, float(rate)):
		s.send(NUMBER.pack(n))
		figures['sent'] = n + 1
		if n % 20 == 0:
			receive()
	end = time.monotonic() + 5
	while seen.n < figures['sent'] and time.monotonic() < end:
		time.sleep(0.05)
		receive()
	figures['holes'] = seen.holes(figures['sent'])
	figures.tell()


def get(s, path):
	"""One request in a connection of its own; True: the 200 came."""
	s.connect((SERVER, 80))
	s.sendall(b'GET %s HTTP/1.1\r\nHost: server\r\nUser-Agent: soak\r\nConnection: close\r\n\r\n' % path)
	got = b''
	while part := s.recv(4000):
		got += part
	return got.startswith(b'HTTP/1.1 200 ')


def markers(rate, first):
	"""A connection whose answer did not come is failed; its alert may be there or not."""
	figures = Figures(first=int(first), tried=0, failed=[], retransmitted=0, slowest=0)
	for n in paced(figures, float(rate), 5):
		begin = time.monotonic()
		with socket.socket() as s:
			s.settimeout(20)
			try:
				done = get(s, b'/marker-%d' % (int(first) + n))
			except OSError:
				done = False
			info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
			figures['retransmitted'] += struct.unpack_from('I', info, TCP_TOTAL_RETRANS)[0]
		if not done and len(figures['failed']) < FAILED_MOST:
			figures['failed'].append(int(first) + n)
		figures['tried'] = n + 1
		figures['slowest'] = max(figures['slowest'], time.monotonic() - begin)
	figures.tell()


def pages(rate):
	figures, c = Figures(done=0, failed=0), http.client.HTTPConnection(SERVER, timeout=20)
	for _ in paced(figures, float(rate)):
		try:
			c.request('GET', '/page')
			good = c.getresponse().read() != b''
		except (OSError, http.client.HTTPException):
			good = False
			c.close()
		figures['done' if good else 'failed'] += 1
	figures.tell()


def downloads(every, digest):
	figures = Figures(done=0, failed=0, bytes=0)
	for _ in paced(figures, 1 / float(every), 1):
		c = http.client.HTTPConnection(SERVER, timeout=30)
		try:
			c.request('GET', '/file')
			body = c.getresponse().read()
		except (OSError, http.client.HTTPException):
			body = b''
		c.close()
		figures['done' if hashlib.sha256(body).hexdigest() == digest else 'failed'] += 1
		figures['bytes'] += len(body)
	figures.tell()


IAC_HELLO, IAC_YES = b'\xff\xfd\x18\xff\xfb\x01\xff\xfb\x03', b'\xff\xfb\x18\xff\xfd\x01\xff\xfd\x03'
SESSION = ((b'login: ', b'operator\r\n'), (b'Password: ', b'not-a-secret\r\n'), (b'$ ', b'ls /etc\r\n'), (b'$ ', b'uptime\r\n'),
           (b'$ ', b'exit\r\n'))


async def telnet_server(reader, writer):
	try:
		writer.write(IAC_HELLO)
		await reader.readexactly(len(IAC_YES))
		for prompt, answer in SESSION:
			writer.write(prompt)
			line = await reader.readline()
			writer.write(line if line == answer else b'what?\r\n')
		writer.close()
	except (OSError, asyncio.IncompleteReadError):
		writer.close()


class Names(asyncio.DatagramProtocol):
	def connection_made(self, transport):
		self.transport = transport

	def datagram_received(self, data, who):
		answer = b'\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04' + socket.inet_aton(SERVER)
		self.transport.sendto(data[:2] + b'\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00' + data[12:] + answer, who)


async def serving():
	loop, over = asyncio.get_running_loop(), asyncio.Event()
	await loop.create_datagram_endpoint(Names, (SERVER, 53))
	await asyncio.start_server(telnet_server, SERVER, 23)
	loop.add_reader(sys.stdin, over.set)
	print('{}', flush=True)
	await over.wait()


def serve():
	asyncio.run(serving())


def telnet_session():
	"""True: each answer was what it should be."""
	with socket.create_connection((SERVER, 23), 20) as s:
		with s.makefile('rb') as f:
			if f.read(len(IAC_HELLO)) != IAC_HELLO:
				return False
			s.sendall(IAC_YES)
			for prompt, answer in SESSION:
				if f.read(len(prompt)) != prompt:
					return False
				time.sleep(0.05)
				s.sendall(answer)
				if f.read(len(answer)) != answer:
					return False
			return f.read() == b''


def question(s, n):
	name = b''.join(bytes([len(x)]) + x for x in (b'host-%d' % n, b'example', b'test')) + b'\0'
	asked = struct.pack('!6H', n & 0xffff, 0x100, 1, 0, 0, 0) + name + b'\0\1\0\1'
	s.sendto(asked, (SERVER, 53))
	got = s.recv(500)
	return got[:2] == asked[:2] and got.endswith(socket.inet_aton(SERVER))


def talk():
	figures = Figures(sessions=0, sessions_failed=0, answers=0, answers_missing=0)
	for n in paced(figures, 1, 1):
		try:
			good = telnet_session()
		except OSError:
			good = False
		figures['sessions' if good else 'sessions_failed'] += 1
		with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
			s.settimeout(5)
			for i in range(20):
				try:
					good = question(s, n * 20 + i)
				except OSError:
					good = False
				figures['answers' if good else 'answers_missing'] += 1
	figures.tell()


def checksum(data):
	total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
	total = (total & 0xffff) + (total >> 16)
	return ~(total + (total >> 16)) & 0xffff


def syn(ethernet, rng):
	source, target = rng.randrange(11 << 24, 90 << 24).to_bytes(4, 'big'), socket.inet_aton(SERVER)
	ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 40, rng.getrandbits(16), 0, 60, 6, 0, source, target)
	tcp = struct.pack('!HHIIBBHHH', rng.randrange(1024, 65536), FLOOD_PORT, rng.getrandbits(32), 0, 0x50, 2, 8192, 0, 0)
	tcp = tcp[:16] + struct.pack('!H', checksum(source + target + struct.pack('!HH', 6, 20) + tcp)) + tcp[18:]
	return ethernet + ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:] + tcp


def flood(rate, mac):
	"""More frames than a flow table keeps at a time, made beforehand and sent in turn."""
	rng = random.Random(20)
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind(('c0', 0))
	ethernet = bytes.fromhex(mac.replace(':', '')) + s.getsockname()[4] + b'\x08\x00'
	frames = itertools.cycle([syn(ethernet, rng) for _ in range(65536)])
	figures = Figures(sent=0, refused=0)
	for _ in paced(figures, float(rate)):
		try:
			s.send(next(frames))
			figures['sent'] += 1
		except OSError:
			figures['refused'] += 1
	figures.tell()


PARTS = {f.__name__: f for f in (echo, serve, udp, markers, pages, downloads, talk, flood)}

if __name__ == '__main__':
	if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
		sys.exit(__doc__)
	PARTS[sys.argv[1]](*sys.argv[2:])
