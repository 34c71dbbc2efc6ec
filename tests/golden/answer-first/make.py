"""DNS taken up at an answer: over UDP, over TCP with a handshake on the wrong side, and without one."""
import struct

from packets import UDP, Session, addr, ether, ipv4, timed, udp

SETTINGS = ["stream.midstream=true"]
NAME = b'\1a\4test\0' + struct.pack('>HH', 1, 1)
QUERY = struct.pack('>6H', 2, 0x100, 1, 0, 0, 0) + NAME
ANSWER = struct.pack('>6H', 1, 0x8180, 1, 1, 0, 0) + NAME + b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 60, 4) + b'\1\2\3\4'


def datagrams():
	client, server = addr('10.0.0.1'), addr('192.168.1.2')
	for src, dst, sport, dport, data in ((server, client, 53, 5000, ANSWER), (client, server, 5000, 53, QUERY)):
		yield ether(ipv4(src, dst, UDP, udp(src, dst, sport, dport, data)))


def session(port, opened):
	"""From the answer on; side 0 is the server."""
	s = Session(port, client='192.168.1.2', server='10.0.0.1', sport=53)
	if opened:
		s.open()
	for side, message in ((0, ANSWER), (1, QUERY)):
		s.say(side, struct.pack('>H', len(message)) + message)
	return s.close()


def frames():
	return timed(list(datagrams()) + session(5001, False) + session(5002, True))
