"""What an alert shows of a stream in which bytes are missing: up to where it is acknowledged, behind a gap all that lies together."""
import packets

SETTINGS = ['outputs.eve-log.types.alert.payload-printable=yes']
KEYS = ('payload_printable',)
REQUEST = b'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'


def session(sport, gaps):
	s = packets.Session(80, sport=sport).open()
	s.say(0, REQUEST)
	s.seq[0] += gaps[0]
	s.say(0, b'XXneedleX')
	s.send(0, packets.PSH | packets.ACK, b'YYYY')
	s.seq[0] += gaps[1]
	s.send(0, packets.PSH | packets.ACK, b'ZZZZ')
	s.send(1, packets.ACK)
	s.send(0, packets.PSH | packets.ACK, b'WWWW')
	s.seq[0] += gaps[2]
	s.send(0, packets.PSH | packets.ACK, b'VVneedleVV')
	s.send(0, packets.PSH | packets.ACK, b'UUUU')
	s.send(1, packets.ACK)
	s.send(0, packets.PSH | packets.ACK, b'TTTT')
	s.send(0, packets.ACK)
	return s.close()


def frames():
	return packets.timed(sum((session(40001 + i, gaps) for i, gaps in enumerate([(0, 0, 0), (10, 0, 0), (10, 0, 3), (10, 5, 3), (0, 5, 0)])), []))
