"""NFS 3: a session of calls and replies, by rules on version and procedure."""
import packets
import traffic

RECORDS = ('nfs',)


def frames():
	port, _, steps = next(iter(traffic.read_examples('nfs')))
	s = packets.Session(port, sport=41000, cut=50).open()
	for side, data in steps:
		s.say(side, data)
	return packets.timed(s.close())
