"""Alerts: rules held against the ledger of events, an outbox of messages, and the channels they go out by."""
