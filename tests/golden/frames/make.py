"""Frames: requests and answers, small and growing, with missing bytes; messages of DNS; records of TLS; messages of SMB."""
import packets
import traffic

HEAD = b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n'


def holed():
	"""A body of which a segment never comes: what stands on either side of it is no neighbour."""
	s = packets.Session(80, sport=42100).open()
	s.say(0, traffic.GET)
	s.say(1, HEAD % 600 + b'x' * 90 + b'left')
	s.seq[1] += 100
	s.say(1, b'right' + b'y' * 401)
	s.say(0, traffic.GET)
	s.say(1, HEAD % 2 + b'ok')
	return s.close()


def growing():
	"""Longer than a window."""
	body = b''.join(b'line %d\n' % i for i in range(1000))
	return packets.talk(80, [(0, traffic.GET), (1, HEAD % (len(body) + 4) + body + b'last'), (0, traffic.GET), (1, traffic.OK)], sport=42101)


def frames():
	out = packets.talk(80, [(0, traffic.GET), (1, traffic.OK), (0, traffic.GET.replace(b'GET', b'HEAD')), (1, traffic.OK[:-5])], sport=42102)
	out += holed() + growing() + traffic.dns()[1]
	for protocol, number, sport in (('tls', 0, 42103), ('tls', 1, 42104), ('smb', 0, 42105), ('smb', 9, 42106)):
		port, _, steps = list(traffic.read_examples(protocol))[number]
		out += packets.talk(port, steps, sport=sport)
	return packets.timed(out)
