"""tag: packets of sessions and hosts that are written behind an alert; which alerts tag, what renews and what ends them."""
import packets

STEP = 250000


def datagram(src, dst, sport, dport, data, **how):
	return packets.ipv4(src, dst, packets.UDP, packets.udp(src, dst, sport, dport, data), **how)


class Hosts:
	"""Datagrams of hosts of their own for each matter, a quarter of a second apart."""

	def __init__(self):
		self.at, self.out, self.net = packets.START + 700000, [], 0

	def next(self):
		self.net += 1
		self.a, self.b, self.c = (packets.addr('10.0.%d.%d' % (self.net, i)) for i in (1, 2, 3))

	def frame(self, frame):
		self.out.append((self.at, frame))
		self.at += STEP

	def ab(self, data=b'more', sport=1000, dport=2000):
		self.frame(packets.ether(datagram(self.a, self.b, sport, dport, data)))

	def ba(self, data=b'back', sport=2000, dport=1000):
		self.frame(packets.ether(datagram(self.b, self.a, sport, dport, data)))

	def tail(self, n=4):
		for _ in range(n):
			self.ab()
			self.ba()

	def begin(self, word, n=4):
		self.next()
		self.ab(word)
		self.tail(n)


def metrics(h):
	for word in (b'default', b'p0 ', b'p1 ', b'p2 ', b'p3 ', b'b0 ', b'b100', b's0 ', b's1 ', b'both'):
		h.begin(word)


def renewed(h):
	"""Every second datagram matches again; then none."""
	for word in (b'renewp', b'renewb', b'renews', b'renewh'):
		h.next()
		for _ in range(26):
			h.ab(word)
			h.ab()
		h.tail()


def other_flows(h):
	"""Flows between the tagged host and others, and between others."""
	for word in (b'source', b'dest', b'hostboth', b'session', b'undirected'):
		h.next()
		h.ab(word)
		h.frame(packets.ether(datagram(h.a, h.c, 1, 2, b'third')))
		h.frame(packets.ether(datagram(h.c, h.b, 1, 3, b'third')))
		h.frame(packets.ether(datagram(h.c, h.a, 1, 4, b'third')))
		h.frame(packets.ether(packets.ipv4(h.c, h.a, packets.ICMP, packets.icmp(8, 0, b'\0\1\0\1ping'))))
		h.tail(1)


def carriers(h):
	"""Fragments, what they make, packets in a tunnel."""
	h.begin(b'frags', 1)
	for part in packets.fragments(datagram(h.a, h.b, 1000, 2000, b'x' * 40), 24):
		h.frame(packets.ether(part))
	h.begin(b'flowfrags', 1)
	for part in packets.fragments(datagram(h.a, h.b, 1000, 2000, b'x' * 40), 24):
		h.frame(packets.ether(part))
	h.begin(b'tunnel', 1)
	h.frame(packets.ether(packets.ipv4(h.c, h.b, packets.GRE, b'\0\0\x08\0' + datagram(h.a, h.b, 1000, 2000, b'inner'))))
	h.frame(packets.ether(packets.ipv4(h.a, h.c, packets.GRE, b'\0\0\x08\0' + datagram(h.c, h.b, 1000, 2000, b'inner'))))


def actions(h):
	"""Rules that do not write, pass, drop; thresholds; a pass and a drop rule behind the tag."""
	for word in (b'noalert', b'passing', b'dropping', b'limited', b'filtered', b'rejecting', b'iponly'):
		h.begin(word)
		h.ab(word)
		h.ab(word)
		h.tail(1)
	for word in (b'thenpass', b'thendrop', b'thenbypass'):
		h.begin(word, 1)
		h.ab(b'now ' + word)
		h.tail(2)


def many(h):
	"""More rules tag than a session, or a host, has tags."""
	for word in (b'manyflow', b'manyhost'):
		h.begin(word, 34)


def again(h):
	"""The same rule tags by two transactions, and in both directions; a host talks to itself."""
	h.next()
	h.ab(b'twohosts')
	h.ba(b'twohosts')
	h.tail(3)
	h.next()
	h.b = h.a
	h.ab(b'toitself')
	h.tail(2)


def session(h):
	"""TCP: on a handshake, on a request, at what the end of the flow shows."""
	h.next()
	s = packets.Session(80, client='10.0.%d.1' % h.net, server='10.0.%d.2' % h.net)
	s.open()
	s.say(0, b'GET /tagged HTTP/1.1\r\nHost: x\r\n\r\nGET /tagged HTTP/1.1\r\nHost: x\r\n\r\n')
	s.say(1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
	for frame in s.close():
		h.frame(frame)
	for word in (b'passflow', b'dropflow'):
		h.next()
		s = packets.Session(80, client='10.0.%d.1' % h.net, server='10.0.%d.2' % h.net)
		s.open()
		s.say(0, b'GET /host HTTP/1.1\r\nHost: x\r\n\r\n')
		s.say(1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
		s.say(0, b'GET /' + word + b' HTTP/1.1\r\nHost: x\r\n\r\n')
		s.say(1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
		for frame in s.close():
			h.frame(frame)
	h.next()
	s = packets.Session(80, client='10.0.%d.1' % h.net, server='10.0.%d.2' % h.net)
	s.open()
	s.send(0, packets.PSH | packets.ACK, b'GET /last HTTP/1.1\r\nHost: x\r\n\r\n')
	for frame in s.frames:
		h.frame(frame)


def frames():
	h = Hosts()
	for part in (metrics, renewed, other_flows, carriers, actions, many, again, session):
		part(h)
	return h.out
