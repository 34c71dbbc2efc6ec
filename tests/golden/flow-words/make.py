"""The words of flow on packets that have no flow: fragments and protocols without ports."""

FRAMES_OF = 'header'
