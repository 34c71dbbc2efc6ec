"""The captures by name. Each function gives (link type, frames); CAPTURES lists them. See README.md."""
import gzip
import os
import re
import struct

import attacks
from packets import (ACK, FIN, GRE, ICMP, IPV6, PSH, RST, SCTP, SYN, TCP, UDP, Session, addr, ether, fragments, fragments6,
	icmp, icmpv6, ip, ipv4, ipv6, talk, tcp, udp, vlan)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLIENT, SERVER = addr('10.0.0.1'), addr('192.168.1.2')
CLIENT6, SERVER6 = addr('fd00::1'), addr('fd00::2')
NUMBERS = b''.join(b'line %d of the body\n' % i for i in range(3000))  # about 60 kB
GET = b'GET /a/../index.html?q=%41 HTTP/1.1\r\nHost: www.a.test\r\nUser-Agent: t/1\r\nCookie: s=1\r\n\r\n'
OK = b'HTTP/1.1 200 OK\r\nServer: s\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello'


def query(ident=1, name=b'\3www\1a\4test\0', kind=1):
	return struct.pack('>6H', ident, 0x0100, 1, 0, 0, 0) + name + struct.pack('>HH', kind, 1)


def answer(ident=1, name=b'\3www\1a\4test\0'):
	return (struct.pack('>6H', ident, 0x8180, 1, 2, 0, 0) + name + struct.pack('>HH', 1, 1) +
		b'\xc0\x0c' + struct.pack('>HHIH', 5, 1, 60, 4) + b'\1b\xc0\x10' +
		b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 60, 4) + addr('192.0.2.7'))


def datagram(data, src=CLIENT, dst=SERVER, sport=5000, dport=53):
	return ether(ip(src, dst, UDP, udp(src, dst, sport, dport, data)))


def up(data, sport=5000):
	return datagram(data, sport=sport)


def down(data, sport=5000):
	return datagram(data, SERVER, CLIENT, 53, sport)


def reply(body, *headers, status=b'200 OK'):
	return b'\r\n'.join((b'HTTP/1.1 ' + status, b'Content-Length: %d' % len(body)) + headers) + b'\r\n\r\n' + body


def chunked(body, size):
	parts = [body[at:at + size] for at in range(0, len(body), size)]
	return b''.join(b'%x\r\n%s\r\n' % (len(p), p) for p in parts) + b'0\r\n\r\n'


def http_plain():
	return 1, talk(80, [(0, GET), (1, OK), (0, GET.replace(b'GET', b'HEAD')), (1, OK[:-5])])


def http_pipelined():
	return 1, talk(80, [(0, b''.join(GET.replace(b'/a', b'/%d' % i) for i in range(5))), (1, OK * 5)])


def http_bodies():
	"""Large bodies: by length, chunked, packed, until the end of the connection."""
	packed = gzip.compress(NUMBERS, mtime=0)
	head = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'
	return 1, talk(80, [
		(0, GET), (1, reply(NUMBERS, b'Content-Type: text/plain')),
		(0, GET), (1, head + b'Transfer-Encoding: chunked\r\n\r\n' + chunked(NUMBERS[:9000], 701)),
		(0, GET), (1, reply(packed, b'Content-Encoding: gzip')),
		(0, GET), (1, head + b'Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n' + chunked(packed, 333)),
		(0, GET), (1, head + b'Connection: close\r\n\r\n' + NUMBERS[:20000])])


def http_uploads():
	form = (b'--xx\r\nContent-Disposition: form-data; name="a"; filename="one.txt"\r\nContent-Type: text/plain\r\n\r\nfirst'
		b'\r\n--xx\r\nContent-Disposition: form-data; name="b"; filename="two.bin"\r\n\r\n' + bytes(range(256)) * 20 +
		b'\r\n--xx--\r\n')
	post = b'POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n'
	return 1, talk(80, [
		(0, post % (b'multipart/form-data; boundary=xx', len(form)) + form), (1, OK),
		(0, post % (b'application/octet-stream', 30000) + NUMBERS[:30000]), (1, OK),
		(0, b'PUT /f.txt HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n' + chunked(NUMBERS[:3000], 100)), (1, OK)])


def http_nameless():
	"""A file whose address has no path: its record has no name either, as the peer's has none."""
	return 1, talk(80, [(0, b'GET http://a.test HTTP/1.0\r\n\r\n'), (1, reply(b'body'))])


def http_malformed():
	return 1, talk(80, [
		(0, b'GET  /x\t HTTP/9.9\r\nHost : a\r\n folded\r\n: empty\r\nContent-Length: 5x\r\nHost: b\r\n\r\n'),
		(1, b'HTTP/1.1 999\r\nContent-Length: -1\r\nTransfer-Encoding: chunked, identity\r\n\r\nzz\r\nab\r\n')]) + talk(
		80, [(0, b'GET /%u0041%zz%00?%25 HTTP/1.0\r\n\r\n'), (1, b'no header at all, a body\r\n')], sport=40001)


HELLO = b'\x16\3\1\0\x31\1\0\0\x2d\3\1' + bytes(32) + b'\4SESS\0\2\0\x2f\1\0'


def http_connect():
	"""TLS and HTTP within CONNECT; the answer has a body, which is looked at when the protocol has changed."""
	connect, yes = b'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n', b'HTTP/1.1 200 OK\r\n\r\n'
	return 1, (talk(80, [(0, GET), (1, OK), (0, connect), (1, yes), (0, HELLO), (1, b'\x15\3\1\0\2\2\x28')], sport=40100) +
		talk(80, [(0, GET + connect), (1, OK + yes), (0, HELLO)], sport=40101) +
		talk(80, [(0, connect), (1, yes), (0, GET), (1, OK)], sport=40102) +
		Session(80, sport=40103).open().say(0, GET).say(0, connect).say(1, OK + yes + b'\x16\3\1').say(0, HELLO).frames)


def dns():
	return 1, [up(query()), down(answer()), up(query(2, kind=28)), up(query(3)[:-3]), down(answer(3)[:-5]),
		up(query(4, b'\xc0\x0c')), down(struct.pack('>6H', 9, 0x8583, 1, 0, 0, 0) + b'\4none\0' + b'\0\1\0\1')] + talk(
		53, [(0, b''.join(struct.pack('>H', len(m)) + m for m in (query(i) for i in range(9)))),
			(1, b''.join(struct.pack('>H', len(m)) + m for m in (answer(i) for i in range(9))))])


def telnet():
	return 1, talk(23, [(1, b'\xff\xfd\x18\xff\xfb\x01\r\nlogin: '), (0, b'\xff\xfb\x18'), (1, b'\xff\xfa\x18\x01\xff\xf0'),
		(0, b'\xff\xfa\x18\x00xterm\xff\xf0root\r\0'), (1, b'\r\n# '), (0, b'wget http://192.0.2.9/a.sh\r\n'), (1, b'bye\r\n')])


class Transfers(Session):
	"""An FTP session whose data connections lie where they begin and end."""

	def login(self):
		return self.talk(b'220 (ready)', b'USER anna', b'331 password', b'PASS x', b'230 in')

	def talk(self, *lines):
		"""Lines of server and client in turn, the greeting first or an empty one in its place."""
		for i, line in enumerate(lines):
			if line:
				self.say(1 - i % 2, line + b'\r\n')
		return self

	def data(self, port, active=False):
		ends = ('192.168.1.2', '10.0.0.1', 20) if active else ('10.0.0.1', '192.168.1.2', 46000 + len(self.frames))
		connection = Session(port, client=ends[0], server=ends[1], sport=ends[2])
		connection.frames = self.frames
		return connection.open()

	def passive(self, command, side, content):
		self.talk(b'', b'PASV', b'227 Entering Passive Mode (192,168,1,2,195,80).')
		connection = self.data(50000)
		self.talk(b'', command, b'150 opening')
		connection.say(side, content).close()
		return self.talk(b'226 done')


def ftp():
	"""Files in both directions, announced in all four ways; TLS; a port of another host; lines that are too long."""
	s = Transfers(21, sport=47000).open().login()
	s.passive(b'RETR a.txt', 1, NUMBERS[:20000]).passive(b'STOR up/b.bin', 0, bytes(range(256)) * 9)
	s.passive(b'APPE c.log', 0, b'more').passive(b'RETR page', 1, OK)
	s.talk(b'', b'PORT 10,0,0,1,200,10', b'200 ok', b'RETR d.gz')
	s.data(51210, True).say(0, gzip.compress(NUMBERS, mtime=0)).close()
	s.talk(b'150-opening\r\n150 it\r\n226 done', b'EPSV', b'229 ok (|||50001|)', b'STOU')
	s.data(50001).say(0, b'cut off').send(1, RST | ACK)
	s.talk(b'426 aborted', b'EPRT |1|10.0.0.1|51211|', b'200 ok', b'STOR e')
	s.data(51211, True).say(1, b'as it goes').close()
	s.talk(b'226 done', b'PORT 10,9,9,9,1,1', b'200 ok', b'MKD ' + b'a' * 5000, b'550 ' + b'b' * 5000, b'QUIT', b'221 bye')
	tls = Transfers(21, sport=47001).open().talk(b'220 (x)', b'AUTH TLS', b'234 go').say(0, HELLO).say(1, b'\x15\3\1\0\2\2\x28')
	wait = Transfers(21, sport=47002).open().login().talk(b'', b'PASV', b'227 (192,168,1,2,195,80)', b'RETR open')
	wait.data(50000).say(1, b'without an end')
	return 1, s.close() + tls.close() + wait.frames


# Every protocol with a decoder: a folder with examples.
PROTOCOLS = sorted(p for p in os.listdir(os.path.join(ROOT, 'dataplane/app'))
	if os.path.exists(os.path.join(ROOT, 'dataplane/app', p, 'examples.md')))
UNESCAPE = re.compile(rb'\\(?:x([0-9a-fA-F]{2})|(.))', re.S)


def unescape(text):
	plain = {b'r': b'\r', b'n': b'\n', b't': b'\t'}
	return UNESCAPE.sub(lambda m: bytes([int(m.group(1), 16)]) if m.group(1) else plain.get(m.group(2), m.group(2)), text)


def read_told(protocol):
	"""((port, whether over UDP, [(side, bytes)]), records) of each example of dataplane/app/<protocol>/examples.md."""
	with open(os.path.join(ROOT, 'dataplane/app', protocol, 'examples.md'), 'rb') as f:
		blocks = re.findall(rb'^```\nport (\d+)( udp)?(?: logins)?\n(.*?)^records\n(.*?)^```', f.read(), re.M | re.S)
	for port, over_udp, steps, records in blocks:
		steps = re.findall(rb'^([<>]) "(.*)"$', steps, re.M)
		yield (int(port), bool(over_udp), [(side == b'<', unescape(text)) for side, text in steps]), records.decode()


def read_examples(protocol):
	"""Without what is told of them."""
	return (example for example, _ in read_told(protocol))


def examples(protocol):
	"""A session an example."""
	def frames():
		out = []
		for i, (port, over_udp, steps) in enumerate(read_examples(protocol)):
			if over_udp:
				out += [datagram(d, *((SERVER, CLIENT, port, 6000 + i) if side else (CLIENT, SERVER, 6000 + i, port)))
					for side, d in steps]
			else:
				out += talk(port, steps, sport=41000 + i)
		return 1, out
	return frames


def tcp_disorder():
	"""Segments late, twice, overlapping with other bytes, with a hole, outside the window; resets; half-open."""
	s = Session(80, sport=42000).open()
	parts = [GET[at:at + 10] for at in range(0, len(GET), 10)]
	base, order = s.seq[0], [2, 1, 0, 0, 4, 3] + list(range(5, len(parts)))
	for i in order:
		s.frames.append(s.segment(0, PSH | ACK, parts[i], base + 10 * i))
		s.frames.append(s.segment(0, PSH | ACK, b'X' * 6, base + 10 * i + 2))
	s.seq[0] += len(GET)
	s.send(1, ACK)
	s.say(1, OK)
	s.frames.append(s.segment(0, PSH | ACK, b'far', s.seq[0] + 10**6))
	s.seq[0] += 50
	s.say(0, GET)
	s.seq[0] += 3
	s.send(0, RST)
	late = Session(80, sport=42001)
	late.frames.append(late.segment(0, PSH | ACK, GET))
	late.frames.append(late.segment(1, ACK | SYN))
	late.frames.append(late.segment(0, RST | ACK))
	again = talk(80, [(0, GET), (1, OK)], sport=42000)
	return 1, s.frames + late.frames + again


def tcp_options():
	stamp = b'\1\1\x08\x0a' + struct.pack('>II', 100, 200)
	return 1, (talk(80, [(0, GET), (1, OK)], sport=43000, options=stamp) +
		talk(80, [(0, GET), (1, OK)], sport=43001, options=b'\2\4\5\xb4\3\3\7\4\2\1\1') +
		talk(80, [(0, GET), (1, OK)], sport=43002, options=b'\x08\x02\5\xff\0\0'))


def tcp_interleaved():
	"""Several sessions at once, so that bursts and workers mix them."""
	sessions = [talk(80, [(0, GET.replace(b'index', b'n%d' % i)), (1, OK)], client='10.0.0.%d' % (i + 1), sport=44000 + i)
		for i in range(12)]
	return 1, [f for row in zip(*sessions) for f in row]


def tcp_over_ipv6():
	return 1, talk(80, [(0, GET), (1, OK)], client='fd00::1', server='fd00::2')


def ip_fragments():
	whole = ip(CLIENT, SERVER, UDP, udp(CLIENT, SERVER, 5000, 53, query() + bytes(60)))
	parts, six = fragments(whole, 16), fragments6(ip(CLIENT6, SERVER6, UDP, udp(CLIENT6, SERVER6, 5000, 53, query())), 16)
	overlap = fragments(whole, 24, 8)
	overlap.insert(1, ipv4(CLIENT, SERVER, UDP, b'Z' * 24, 8, 16, True))
	request = Session(80, sport=45000).open()
	for part in fragments(request.segment(0, PSH | ACK, GET)[14:], 24, 9):
		request.frames.append(ether(part))
	request.seq[0] += len(GET)
	request.say(1, OK)
	return 1, [ether(p) for p in parts + parts[::-1] + overlap + six + six[::-1] + parts[1:]] + request.close()


def tunnels():
	inner = ip(CLIENT, SERVER, UDP, udp(CLIENT, SERVER, 5001, 53, query(5)))
	inner6 = ip(CLIENT6, SERVER6, UDP, udp(CLIENT6, SERVER6, 5001, 53, query(6)))
	gre = struct.pack('>HH', 0, 0x0800)
	a, b = addr('203.0.113.1'), addr('203.0.113.2')
	wrap = lambda proto, data: ether(ip(a, b, proto, data))
	over = lambda port, data: wrap(UDP, udp(a, b, 6000, port, data))
	return 1, [wrap(GRE, gre + inner), wrap(GRE, struct.pack('>HHI', 0x2000, 0x86dd, 77) + inner6),
		wrap(IPV6, inner6), wrap(4, inner), over(4789, struct.pack('>II', 0x08000000, 42 << 8) + ether(inner)),
		over(6081, struct.pack('>HHI', 0, 0x6558, 43 << 8) + ether(inner)), over(3544, inner6),
		ether(ip(a, b, GRE, gre + ip(b, a, GRE, gre + inner)))] + [
		ether(f) for f in fragments(ip(a, b, GRE, gre + inner), 24)]


def links():
	frames = [datagram(query(i)) for i in range(3)]
	mpls = lambda f: ether(struct.pack('>II', 16 << 12 | 64, 17 << 12 | 0x100 | 64) + f[14:], 0x8847)
	pppoe = lambda f: ether(struct.pack('>BBHHH', 0x11, 0, 1, len(f) - 12, 0x21) + f[14:], 0x8864)
	return 1, [vlan(frames[0], 5), vlan(frames[1], 5, 6), vlan(frames[2], 5, 6, 7), mpls(frames[0]), pppoe(frames[1]),
		vlan(frames[2], 5, 6, 7, 8), ether(b'\x00\x01' + bytes(26), 0x0806), frames[0][:20]]


def link_raw():
	return 101, [datagram(query())[14:], ip(CLIENT6, SERVER6, UDP, udp(CLIENT6, SERVER6, 9, 53, query(2)))]


def link_sll():
	head = struct.pack('>HHH8sH', 0, 1, 6, b'\2' * 8, 0x0800)
	return 113, [head + f[14:] for f in talk(80, [(0, GET), (1, OK)])]


def link_null():
	return 0, [struct.pack('<I', 2) + datagram(query())[14:], struct.pack('>I', 2) + datagram(query(2))[14:]]


def icmp_errors():
	lost = ipv4(CLIENT, SERVER, UDP, udp(CLIENT, SERVER, 5000, 53, query()))
	return 1, [ether(ip(CLIENT, SERVER, ICMP, icmp(8, 0, struct.pack('>HH', 1, 1) + b'ping'))),
		ether(ip(SERVER, CLIENT, ICMP, icmp(0, 0, struct.pack('>HH', 1, 1) + b'ping'))),
		up(query()), ether(ip(SERVER, CLIENT, ICMP, icmp(3, 3, bytes(4) + lost[:28]))),
		ether(ip(SERVER, CLIENT, ICMP, icmp(3, 3, bytes(4) + lost[:9]))), ether(ip(SERVER, CLIENT, ICMP, icmp(99, 9, b''))),
		ether(ip(CLIENT6, SERVER6, 58, icmpv6(CLIENT6, SERVER6, 128, 0, struct.pack('>HH', 1, 1) + b'ping'))),
		ether(ip(CLIENT6, SERVER6, 58, icmpv6(CLIENT6, SERVER6, 1, 4, bytes(4) + ipv6(SERVER6, CLIENT6, UDP, b'\0' * 8))))]


def malformed():
	good = datagram(query())
	segment = tcp(CLIENT, SERVER, 1, 2, 0, 0, SYN | FIN, options=b'\2\3\1\0')
	return 1, [good[:n] for n in range(0, 44, 3)] + [
		ether(ipv4(CLIENT, SERVER, UDP, good[34:], options=b'\x07\x03\x04\x00')), ether(b'\x4f' + good[15:]),
		ether(ip(CLIENT, SERVER, TCP, segment)), ether(ip(CLIENT, SERVER, SCTP, bytes(12))),
		ether(ipv6(CLIENT6, SERVER6, 0, b'\x3c\0\1\4\0\0\0\0' + b'\x2b\0\1\0\0\0\0\0' + b'\x11\0\0\0\0\0\0\0' + good[34:])),
		ether(ipv6(CLIENT6, SERVER6, 59, b'')), ether(ipv6(CLIENT6, SERVER6, 51, b'\x11\1' + bytes(10)))]


def scan():
	"""Half-open sessions and unanswered datagrams from one host."""
	frames = []
	for i in range(60):
		probe = Session(i + 1, sport=46000)
		probe.send(0, SYN)
		if i % 3:
			probe.send(1, RST | ACK)
		frames += probe.frames + [datagram(b'x' * i, dport=1000 + i)]
	return 1, frames


def anomalies():
	return 1, attacks.all_attacks()


CAPTURES = {f.__name__: f for f in (http_plain, http_pipelined, http_bodies, http_uploads,
	http_nameless, http_malformed, http_connect, dns, telnet, ftp,
	tcp_disorder, tcp_options, tcp_interleaved, tcp_over_ipv6, ip_fragments, tunnels, links, link_raw, link_sll, link_null,
	icmp_errors, malformed, scan, anomalies)}
CAPTURES.update({'examples_' + p: examples(p) for p in PROTOCOLS})
