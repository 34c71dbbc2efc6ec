"""Sets of values: who puts what in and who sees it, lists beside the rules, ratings, addresses."""
import struct

import packets

NAMES = ('a.test', 'b.test', 'a.test', 'c.test', 'a.test')


def question(number, name):
	labels = b''.join(bytes([len(x)]) + x.encode() for x in name.split('.'))
	return struct.pack('>6H', number, 0x100, 1, 0, 0, 0) + labels + b'\0' + struct.pack('>2H', 1, 1)


def frames():
	server = packets.addr('10.0.1.1')
	ask = lambda i: packets.udp(packets.addr('10.0.0.%d' % (1 + i)), server, 1000 + i, 53, question(i, NAMES[i]))
	return packets.timed([packets.ether(packets.ipv4(packets.addr('10.0.0.%d' % (1 + i)), server, packets.UDP, ask(i)))
		for i in range(len(NAMES))])
