"""A thousand SYNs a second from made up sources, while one client is served."""
import attacks
import packets

DETECTIONS = True


def frames():
	return attacks.syn_flood() + attacks.later(packets.START + 30 * attacks.SECOND)
