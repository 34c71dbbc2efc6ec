"""Twenty passwords over four connections; the last one is right."""
import attacks

DETECTIONS = True


def frames():
	return attacks.brute_force()
