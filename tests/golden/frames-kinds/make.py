"""Frames of Telnet and of all bytes of a direction; rules on several kinds of frame; long frames that grow, and one with a hole."""
import packets
import traffic

OFFER = (0, b'\xff\xfb\x18')
TELNET = [
	# A login; lines and commands that are cut.
	[(1, b'\xff\xfd\x18\xff\xfb\x01login: '), (0, b'ad'), (0, b'min\r\n'), (1, b'Password: '), (0, b'secret\r\x00'),
		(1, b'\r\nwelcome\r\n$ '), (1, b'\xff\xfa\x18\x01\xff\xf0'), (0, b'\xff\xfa\x18\x00xterm\xff\xf0'), (0, b'ls\r\nid\nwho'),
		(0, b'ami\r\n'), (1, b'a\xff\xf9b\r\n\xff'), (1, b'\xfb\x03tail'), (0, b'\xff\xfa\x18\x00xt'), (0, b'erm\xff\xf0end'),
		(1, b'x\xff\xffy\r\n')],
	# What a server says while it asks.
	[(1, b'\xff\xfd\x18Welcome\r\nlogin: '), (0, b'a\n'), (1, b'login: '), (1, b'x login: '), (1, b'\n'), (1, b'Password: \n')],
	[(1, b'Password: '), (0, b'a\n'), (1, b'login: b\nPassword: '), (0, b'pw\n'), (1, b'Login incorrect\n'), (0, b'p\n'), (1, b'ok: \n')],
	[(1, b'foo:\n bar\n'), (0, b'u\n'), (1, b'p\n'), (1, b'z: a\n: b\n')],
	# Commands that are none, and subnegotiations cut in their end.
	[(1, b'\xff\xff data\r\nmore\n'), (0, b'\xff\xf1next\n'), (1, b'\xff\x05\n')],
	[(1, b'\xff\xfa\x18\x01\xff\xff\x02\xff\xfb\x03\xff\xf0\xff\xfa\xff\xf0\xff\xfa\x01\xff\xf0x: \n'), (0, b'\xff\xfa\x18\x00xterm\xff'),
		(0, b'\xf0end\n')],
]


def holed(sport):
	s = packets.Session(80, sport=sport).open()
	s.say(0, traffic.GET).say(1, b'HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n' + b'x' * 86 + b'left')
	s.seq[1] += 100
	return s.say(1, b'right' + b'r' * 405).say(0, traffic.GET).say(1, traffic.OK).close()


def frames():
	out = []
	for i, steps in enumerate(TELNET):
		out += packets.talk(23, [OFFER] + steps, sport=41000 + i)
	lines = b''.join(b'line %d\n' % i for i in range(1500))
	head = b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(lines)
	out += packets.talk(80, [(0, traffic.GET), (1, head + lines), (0, traffic.GET), (1, traffic.OK)], sport=43000) + holed(43001)
	out += traffic.dns()[1]
	for i, (protocol, number) in enumerate((('smtp', 0), ('ftp', 0), ('ssh', 0), ('smb', 0), ('tls', 0), ('tls', 1), ('dns', 0))):
		port, _, steps = list(traffic.read_examples(protocol))[number]
		out += packets.talk(port, steps, sport=43100 + i)
	return packets.timed(out)
