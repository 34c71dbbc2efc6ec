"""What the peer leaves off is not recognised under its name."""
import packets
import traffic

RECORDS = ('flow', 'login', 'anomaly')


def frames():
	port, _, steps = next(iter(traffic.read_examples('pgsql')))
	return packets.timed(packets.talk(port, steps, sport=41000) + packets.talk(15432, steps, sport=41001))
