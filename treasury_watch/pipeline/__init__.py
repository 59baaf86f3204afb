"""
From a publisher's bytes to queued messages, one release in one transaction.

``poll`` fetches and parses, ``ingest`` stores and judges, ``notify`` writes and queues messages, ``bootstrap`` prepares
a fresh store. A crash at any instant leaves all of a release or nothing; the next poll sees it again.
"""
