"""HTTP that receivers read differently, a connection a way."""
import evasions
import packets


def frames():
	out = []
	for i, (_, request) in enumerate(evasions.REQUESTS):
		out += packets.talk(80, [(0, request), (1, evasions.OK)], sport=44000 + i)
	for i, (_, answer) in enumerate(evasions.ANSWERS):
		out += packets.talk(80, [(0, evasions.ASK), (1, answer)], sport=45000 + i)
	return packets.timed(out)
