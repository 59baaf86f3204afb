"""
From a publisher's bytes to what is to be told, one release in one transaction.

``polling`` fetches and parses, ``taking_in`` keeps and judges, ``telling`` words and queues, ``starting`` lays what a
fresh store needs. A crash at any instant leaves all of a release or nothing; the next poll sees it again.
"""
