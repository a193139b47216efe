"""Paying: the payment's states, the issuer's decisions, the gateway's queue."""
