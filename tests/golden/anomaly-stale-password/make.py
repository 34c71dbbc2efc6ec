"""A program with an old password, a user who mistypes."""
import attacks

DETECTIONS = False


def frames():
	return attacks.stale_password()
