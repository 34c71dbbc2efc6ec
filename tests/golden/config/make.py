"""config: which transactions have no record. HTTP and DNS, in several flows, by rules of every kind."""
import struct

import packets

RECORDS = ['http', 'dns', 'fileinfo']


def http(net, paths):
	session = packets.Session(80, client='10.0.%d.1' % net, server='10.0.%d.2' % net).open()
	for path in paths:
		session.say(0, b'GET /%s HTTP/1.1\r\nHost: x\r\n\r\n' % path)
		session.say(1, b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nok %s' % path[:1])
	return session.close()


def dns(net, names, answers=None):
	"""Each query with its answer, or all queries and then the answers in the order of the numbers."""
	client, server = packets.addr('10.0.%d.1' % net), packets.addr('10.0.%d.2' % net)

	def query(i):
		name = b''.join(bytes([len(part)]) + part for part in names[i].split(b'.')) + b'\0'
		head = struct.pack('>HHHHHH', i + 1, 0x100, 1, 0, 0, 0)
		return packets.ether(packets.ip(client, server, packets.UDP,
			packets.udp(client, server, 1234, 53, head + name + b'\0\1\0\1')))

	def answer(i):
		name = b''.join(bytes([len(part)]) + part for part in names[i].split(b'.')) + b'\0'
		head = struct.pack('>HHHHHH', i + 1, 0x8180, 1, 1, 0, 0)
		return packets.ether(packets.ip(server, client, packets.UDP, packets.udp(server, client, 53, 1234,
			head + name + b'\0\1\0\1' + b'\xc0\x0c\0\1\0\1\0\0\0\5\0\4\1\2\3\4')))

	if answers is None:
		return [frame for i in range(len(names)) for frame in (query(i), answer(i))]
	return [query(i) for i in range(len(names))] + [answer(i) for i in answers]


def frames():
	out = []
	for net in (1, 2, 3, 4, 5):
		out += http(net, [b'a', b'b', b'c'])
	for net in (11, 12, 13, 14):
		out += dns(net, [b'a.com', b'b.com', b'c.com'])
	out += dns(15, [b'a.com', b'b.com', b'c.com'], [2, 1, 1, 0])
	return packets.timed(out)
