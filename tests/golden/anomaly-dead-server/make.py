"""Fifty clients knock at a server that is down."""
import attacks
import packets

DETECTIONS = False


def frames():
	return attacks.dead_server() + attacks.later(packets.START + 30 * attacks.SECOND)
