"""Inline, bytes that come again and are others: what came first is what goes on, is looked at and is shown."""
import packets
from packets import ACK

SETTINGS = ['simulate-ips=yes']


def session(sport, *segments):
	"""segments: (offset, bytes), none acknowledged in between."""
	s = packets.Session(8080, sport=sport).open()
	first = s.seq[0]
	for offset, data in segments:
		s.frames.append(s.segment(0, ACK, data, seq=first + offset))
	s.seq[0] = first + max(offset + len(data) for offset, data in segments)
	s.send(1, ACK)
	return s.close()


def frames():
	out = session(20001, (0, b'GOOD'), (0, b'EVIL'))
	out += session(20002, (0, b'GOOD'), (0, b'EVIL and more'))
	out += session(20003, (4, b'GOOD'), (0, b'1234EVIL5678'))
	out += session(20004, (0, b'12GOOD34'), (2, b'EVIL'))
	out += session(20005, (0, b'GO'), (2, b'OD'), (0, b'EVIL'))
	return packets.timed(out + session(20006, (4, b'GOOD'), (0, b'.'), (1, b'EVIL....EVIL')))
